import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import { UpstreamLine } from '../../src/schedulers/upstream-line.js';
import type { WriteOutcome } from '../../src/schedulers/scheduler.js';
import type { SchedulerOptions } from '../../src/schedulers/scheduler.options.js';
import { eventually } from '../support/eventually.js';
import {
  aBooking,
  aClosedPort,
  aConnection,
  aHospital,
  aHospitalWithItsOwnCertificate,
  aRawHospital,
  aScheduler,
  closeHospitals,
  sends,
} from './a-hospital.js';
import { SELF_SIGNED } from './self-signed.js';

const YES = JSON.stringify({ id: 'A1' });
const RAW_YES = `HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: ${YES.length}\r\n\r\n${YES}`;

interface Opened {
  line: UpstreamLine;
  book: () => Promise<WriteOutcome>;
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map(close => close()));
  await closeHospitals();
});

/** A line that has begun to connect, and a booking that goes out on it. */
async function opened(host: string, options: Partial<SchedulerOptions> = {}, baseUrl = `http://${host}/api/v1`): Promise<Opened> {
  const { scheduler, close } = await aScheduler({ allowedHosts: [host], writeTimeoutMs: 3_500, ...options });
  const connection = aConnection(host, { baseUrl });
  const line = scheduler.lineFor(connection);
  if (!line) throw new Error(`No line to ${host}`);
  line.connect();
  closers.push(close, () => {
    line.close();
    return Promise.resolve();
  });
  return { line, book: () => scheduler.book(connection, aBooking({ line })) };
}

/** Answers a yes to each request; what happens on the first connection, before there is one, is the test's. */
async function aHospitalThatFirst(does: (socket: Socket) => void): Promise<{ host: string; heard: string[]; closed: () => number }> {
  const heard: string[] = [];
  let closed = 0;
  const hospital = await aRawHospital(socket => {
    const index = heard.push('') - 1;
    socket.on('close', () => closed++);
    socket.on('data', chunk => {
      heard[index] = `${heard[index] ?? ''}${chunk.toString('latin1')}`;
      socket.end(RAW_YES);
    });
    if (index === 0) does(socket);
  });
  return { host: hospital.host, heard, closed: () => closed };
}

describe('A connection made ahead of its request', () => {
  it('carries nothing until the request, and then the request', async () => {
    const hospital = await aHospitalThatFirst(() => undefined);
    const { book } = await opened(hospital.host);
    await eventually('it is connected', () => hospital.heard.length === 1);
    const before = [...hospital.heard];

    const outcome = await book();

    expect(before).toEqual(['']);
    expect(outcome).toMatchObject({ outcome: 'yes' });
    expect(hospital.heard).toEqual([expect.stringMatching(/^POST \/api\/v1\/appointments /)]);
  });

  it('may still be on its way when the request comes', async () => {
    const hospital = await aHospital(sends(201, { id: 'A1' }));
    const { book } = await opened(hospital.host);

    expect(await book()).toMatchObject({ outcome: 'yes' });
    expect(hospital.connections()).toBe(1);
    expect(hospital.requests).toHaveLength(1);
  });

  it.each([
    ['was closed', (socket: Socket) => socket.end()],
    ['was reset', (socket: Socket) => socket.resetAndDestroy()],
    ['was spoken on', (socket: Socket) => socket.end('HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n')],
  ])('is not used where it %s meanwhile: the request goes out once, on another', async (_what, does) => {
    const hospital = await aHospitalThatFirst(does);
    const { line, book } = await opened(hospital.host);
    await eventually('the hospital has let go of it', () => hospital.heard.length === 1 && !line.isOpen);

    expect(await book()).toMatchObject({ outcome: 'yes' });
    expect(hospital.heard).toEqual(['', expect.stringMatching(/^POST /)]);
  });

  it('is given up after a second without a request', async () => {
    const hospital = await aHospitalThatFirst(() => undefined);
    await opened(hospital.host);

    await eventually('it is closed', () => hospital.closed() === 1);
    expect(hospital.heard).toEqual(['']);
  });

  it('is closed where there is nothing to send in the end', async () => {
    const hospital = await aHospitalThatFirst(() => undefined);
    const { line } = await opened(hospital.host);
    await eventually('it is connected', () => hospital.heard.length === 1);

    line.close();

    // Sooner than it would be given up.
    await eventually('it is closed', () => hospital.closed() === 1, 700);
    expect(hospital.heard).toEqual(['']);
  });

  it('makes the outcome unknown where it breaks under the request', async () => {
    const hospital = await aRawHospital(socket => socket.on('data', () => socket.resetAndDestroy()));
    const { book } = await opened(hospital.host);
    await eventually('it is connected', () => hospital.connections() === 1);

    expect(await book()).toMatchObject({ outcome: 'unknown' });
    expect(hospital.connections()).toBe(1);
  });

  it('leaves it certain that nothing was sent where nobody listens', async () => {
    const { book } = await opened(await aClosedPort());

    expect(await book()).toMatchObject({ outcome: 'no', code: 'upstream-unreachable' });
  });

  it('is refused at an address that is not public', async () => {
    const lookup: SchedulerOptions['lookup'] = (_host, _options, done) => {
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    const hospital = await aHospital(sends(201, { id: 'A1' }));
    const port = hospital.host.split(':')[1] ?? '';
    const { book } = await opened('x', { lookup }, `https://his.example.org:${port}`);

    expect(await book()).toMatchObject({ outcome: 'no', detail: expect.stringContaining('not public') });
    expect(hospital.connections()).toBe(0);
  });

  it('is not to be had to a host that may not be called', async () => {
    const { scheduler, close } = await aScheduler();
    closers.push(close);

    expect(scheduler.lineFor(aConnection('10.0.0.5', { baseUrl: 'https://10.0.0.5/api' }))).toBeNull();
  });
});

describe('A connection that is ready only after the deadline', () => {
  const ends = async (request: http.ClientRequest): Promise<string | undefined> =>
    new Promise(resolve => {
      request.on('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code);
      });
      request.on('response', () => {
        resolve('answered');
      });
      request.end(YES);
    });

  it.each<[string, () => Promise<{ host: string; requests: unknown[] }>, () => http.Agent, typeof http | typeof https]>([
    ['in plain', () => aHospital(sends(201, { id: 'A1' })), () => new http.Agent(), http],
    ['by TLS', () => aHospitalWithItsOwnCertificate(sends(201, { id: 'A1' })), () => new https.Agent({ ca: SELF_SIGNED.cert }), https],
  ])('carries nothing, %s', async (_, hospitalOf, agentOf, { request }) => {
    const hospital = await hospitalOf();
    const url = new URL(`${request === https.request ? 'https' : 'http'}://${hospital.host.replace('127.0.0.1', 'localhost')}`);
    const send = (line: UpstreamLine): Promise<string | undefined> =>
      ends(request(url, { method: 'POST', agent: line.agents.httpAgent, family: 4 }));
    let isLate = false;
    const lineOf = (): UpstreamLine => {
      const line = new UpstreamLine(url, agentOf());
      line.sendsUntil(() => isLate);
      return line;
    };

    const inTime = await send(lineOf());
    const late = lineOf();
    const answer = send(late);
    isLate = true;

    expect([inTime, await answer, late.mayHaveSent]).toEqual(['answered', 'ETIMEDOUT', false]);
    expect(hospital.requests).toHaveLength(1);
  });
});

// Node 22.18 cannot be told at run time to trust a certificate.
const describeWithTrust = 'setDefaultCACertificates' in tls ? describe : describe.skip;

describeWithTrust('A secure connection made ahead of its request', () => {
  it.each([
    { name: 'localhost', outcome: 'yes', requests: 1 },
    { name: 'other.example.org', outcome: 'no', requests: 0 },
  ])('to $name, with a certificate for localhost: $outcome', async ({ name, outcome, requests }) => {
    const before = tls.getCACertificates('default');
    tls.setDefaultCACertificates([SELF_SIGNED.cert]);
    const hospital = await aHospitalWithItsOwnCertificate(sends(201, { id: 'A1' }));
    const lookup: SchedulerOptions['lookup'] = (_host, _options, done) => {
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    const host = hospital.host.replace('127.0.0.1', name);

    try {
      const { book } = await opened(host, { lookup }, `https://${host}`);
      expect(await book()).toMatchObject({ outcome });
    } finally {
      tls.setDefaultCACertificates(before);
    }
    expect(hospital.requests).toHaveLength(requests);
  });
});
