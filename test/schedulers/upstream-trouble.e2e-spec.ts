import assert from 'node:assert/strict';
import { Socket, type LookupFunction } from 'node:net';
import tls from 'node:tls';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { RequestListener } from 'node:http';
import type { AvailabilityQuery, WriteOutcome } from '../../src/schedulers/scheduler.js';
import type { SchedulerOptions } from '../../src/schedulers/scheduler.options.js';
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
  type Hospital,
} from './a-hospital.js';
import { SELF_SIGNED } from './self-signed.js';

/** Long enough that only a deadline that is meant to pass does, on a busy machine too; below the 4 s that every call must keep. */
const TIMEOUT_MS = 3_500;
/** For calls that are meant to run into their deadline. */
const SHORT_MS = 400;
const QUERY: AvailabilityQuery = {
  month: '2026-03',
  calendarExternalId: '7',
  appointmentTypeExternalId: '70',
  timezone: 'Asia/Manila',
  durationMinutes: 30,
};

/** Whatever a test does wrong: no literal address but loopback is ever connected to. Names go to the test's own lookup. */
const connectedTo: string[] = [];
const connect = Object.getOwnPropertyDescriptor(Socket.prototype, 'connect') ?? {};
beforeAll(() => {
  Object.defineProperty(Socket.prototype, 'connect', {
    ...connect,
    value(this: Socket, ...args: unknown[]): Socket {
      const [first] = args.flat() as { host?: string }[];
      const host = first?.host ?? 'unknown';
      connectedTo.push(host);
      if (host !== '127.0.0.1' && host !== 'localhost' && !host.endsWith('.example.org')) throw new Error(`a test connects to ${host}`);
      return Reflect.apply(connect.value as (...given: unknown[]) => Socket, this, args);
    },
  });
});
afterAll(() => {
  Object.defineProperty(Socket.prototype, 'connect', connect);
});

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map(close => close()));
  await closeHospitals();
  connectedTo.length = 0;
});

/** Every call ends in time, and nothing that it gives back holds the key or the patient. */
function seen<T>(result: T, startedAtMs: number): T {
  assert.ok(performance.now() - startedAtMs < 4_000, 'the call took too long');
  assert.doesNotMatch(inspect(result, { depth: 10, showHidden: true }), /key-of-the-hospital|Planted/);
  return result;
}

async function read(host: string, options: Partial<SchedulerOptions> = {}, baseUrl = `http://${host}/api/v1`): Promise<unknown> {
  const { scheduler, close } = await aScheduler({ allowedHosts: [host], writeTimeoutMs: TIMEOUT_MS, ...options });
  closers.push(close);
  const startedAtMs = performance.now();
  const error: unknown = await scheduler.getAvailability(aConnection(host, { baseUrl }), QUERY, options.writeTimeoutMs ?? TIMEOUT_MS).then(
    slots => ({ slots }),
    (reason: unknown) => reason,
  );
  return seen(error, startedAtMs);
}

async function write(host: string, options: Partial<SchedulerOptions> = {}, baseUrl = `http://${host}/api/v1`): Promise<WriteOutcome> {
  const { scheduler, close } = await aScheduler({ allowedHosts: [host], writeTimeoutMs: TIMEOUT_MS, ...options });
  closers.push(close);
  const startedAtMs = performance.now();
  const outcome = await scheduler.book(aConnection(host, { baseUrl }), aBooking());
  return seen(outcome, startedAtMs);
}

const html: RequestListener = sends(200, '<html>Maria Planted</html>', { 'content-type': 'text/html' });

describe('an answer that cannot be used', () => {
  it.each<[string, RequestListener, string]>([
    ['HTML', html, 'upstream-invalid-response'],
    ['half a JSON', sends(200, '[{"date":"2026-03-09","sl'), 'upstream-invalid-response'],
    ['a wrong shape', sends(200, { greeting: 'Maria Planted' }), 'upstream-invalid-response'],
    ['{}', sends(200, {}), 'upstream-invalid-response'],
    ['nothing', sends(204, ''), 'upstream-invalid-response'],
    ['20 MB', sends(200, ' '.repeat(20_000_000)), 'upstream-response-too-large'],
    [
      'a gzip bomb of 200 MB',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(BOMB);
      },
      'upstream-response-too-large',
    ],
    ['bytes that are no gzip', sends(200, '[]', { 'content-encoding': 'gzip' }), 'upstream-invalid-response'],
    ['an encoding within an encoding', sends(200, '[]', { 'content-encoding': 'gzip, gzip' }), 'upstream-invalid-response'],
    ['fewer bytes than promised', cut, 'upstream-invalid-response'],
  ])('%s', async (_what, answer, code) => {
    const hospital = await aHospital(answer);

    expect(await read(hospital.host)).toMatchObject({ name: 'UpstreamError', code });
    expect(await write(hospital.host)).toMatchObject({ outcome: 'unknown', code });
  });

  it('may be compressed, if it is otherwise right', async () => {
    const hospital = await aHospital((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync('["2026-03-09T09:30"]'));
    });

    expect(await read(hospital.host)).toMatchObject({ slots: [{ available: 1 }] });
  });

  it.each([
    [400, 'upstream-error', 'no', 'upstream-refused'],
    [401, 'upstream-credentials-refused', 'no', 'upstream-credentials-refused'],
    [403, 'upstream-credentials-refused', 'no', 'upstream-credentials-refused'],
    [404, 'upstream-error', 'no', 'upstream-refused'],
    [408, 'upstream-error', 'unknown', 'upstream-error'],
    [409, 'upstream-error', 'no', 'slot-unavailable'],
    [422, 'upstream-error', 'no', 'upstream-refused'],
    [429, 'upstream-rate-limited', 'no', 'upstream-rate-limited'],
    [500, 'upstream-error', 'unknown', 'upstream-error'],
    [503, 'upstream-error', 'unknown', 'upstream-error'],
  ])('%i is %s for a read, %s for a write', async (status, readCode, outcome, code) => {
    const hospital = await aHospital(sends(status, { message: 'Maria Planted' }, { 'retry-after': '7' }));

    expect(await read(hospital.host)).toMatchObject({ code: readCode, httpStatus: status, retryAfterSeconds: 7 });
    expect(await write(hospital.host)).toMatchObject({ outcome, code, httpStatus: status, retryAfterSeconds: 7 });
  });

  it.each([301, 302, 307, 308])('%i is not followed', async status => {
    const hospital = await aHospital(sends(status, '', { location: 'http://169.254.169.254/latest/meta-data' }));

    expect(await read(hospital.host)).toMatchObject({ code: 'upstream-redirected', httpStatus: status });
    expect(await write(hospital.host)).toMatchObject({ outcome: 'unknown', code: 'upstream-redirected' });
    expect(hospital.requests).toHaveLength(2);
    expect(new Set(connectedTo)).toEqual(new Set(['127.0.0.1']));
  });
});

describe('no answer', () => {
  it.each<[string, (socket: Socket) => void, string]>([
    ['a hospital that hangs', () => undefined, 'upstream-timeout'],
    ['a reset before the request is read', socket => setTimeout(() => socket.resetAndDestroy(), 50), 'upstream-connection-lost'],
    ['a reset after the request is read', socket => socket.once('data', () => socket.resetAndDestroy()), 'upstream-connection-lost'],
    ['an end without an answer', socket => socket.once('data', () => socket.end()), 'upstream-connection-lost'],
    ['a reset within the answer', socket => socket.once('data', () => answerAndReset(socket)), 'upstream-connection-lost'],
    ['what is no HTTP', socket => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n')), 'upstream-invalid-response'],
    ['100,000 headers', socket => socket.once('data', () => flood(socket)), 'upstream-invalid-response'],
    [
      'one byte at a time, past the deadline',
      socket =>
        socket.once('data', () => drip(socket, 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9000\r\n\r\n')),
      'upstream-timeout',
    ],
    [
      'one header byte at a time, past the deadline',
      socket => socket.once('data', () => drip(socket, 'HTTP/1.1 200 OK\r\nx-long: ')),
      'upstream-timeout',
    ],
  ])('%s: an error for a read, unknown for a write', async (_what, onConnection, code) => {
    const hospital = await aRawHospital(onConnection);

    const options = code === 'upstream-timeout' ? { writeTimeoutMs: SHORT_MS } : {};

    expect(await read(hospital.host, options)).toMatchObject({ name: 'UpstreamError', code });
    expect(await write(hospital.host, options)).toMatchObject({ outcome: 'unknown', code });
  });

  it('is a no for a write only where the reset came before a byte was sent', async () => {
    let receivedBytes = 0;
    const hospital = await aRawHospital(socket => {
      socket.on('data', chunk => (receivedBytes += chunk.length));
      socket.resetAndDestroy();
    });

    for (let i = 0; i < 20; i++) {
      const outcome = await write(hospital.host);

      expect(['no', 'unknown']).toContain(outcome.outcome);
      expect(outcome.outcome === 'no' ? receivedBytes : 0).toBe(0);
    }
  });

  it('holds the deadline in all, not from byte to byte', async () => {
    const hospital = await aRawHospital(socket => drip(socket, 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n'));
    const startedAtMs = performance.now();

    await write(hospital.host, { writeTimeoutMs: SHORT_MS });

    expect(performance.now() - startedAtMs).toBeLessThan(SHORT_MS + 1_500);
  });
});

// Node 22.18 cannot be told at run time to trust a certificate.
const describeWithTrust = 'setDefaultCACertificates' in tls ? describe : describe.skip;

describeWithTrust('a secure connection', () => {
  it('that was made and then stays silent is unknown for a write', async () => {
    const before = tls.getCACertificates('default');
    tls.setDefaultCACertificates([SELF_SIGNED.cert]);
    const hospital = await aHospitalWithItsOwnCertificate(() => undefined);
    const lookup = answeringLookup([{ address: '127.0.0.1', family: 4 }]);
    const host = hospital.host.replace('127.0.0.1', 'localhost');

    try {
      expect(await write(host, { lookup, writeTimeoutMs: 1_000 }, `https://${host}`)).toMatchObject({
        outcome: 'unknown',
        code: 'upstream-timeout',
      });
    } finally {
      tls.setDefaultCACertificates(before);
    }
    expect(hospital.requests).toHaveLength(1);
  });
});

describe('surely nothing sent: a no for a write', () => {
  it('at a closed port', async () => {
    const host = await aClosedPort();

    expect(await read(host)).toMatchObject({ code: 'upstream-unreachable' });
    expect(await write(host)).toMatchObject({ outcome: 'no', code: 'upstream-unreachable', httpStatus: null });
  });

  it('at a name that does not exist', async () => {
    const lookup = failingLookup('ENOTFOUND');

    expect(await read('his.example.org:443', { lookup }, 'https://his.example.org/api')).toMatchObject({ code: 'upstream-unreachable' });
    expect(await write('his.example.org:443', { lookup }, 'https://his.example.org/api')).toMatchObject({
      outcome: 'no',
      code: 'upstream-unreachable',
    });
  });

  it('at a name server that hangs', async () => {
    const options = { lookup: () => undefined, writeTimeoutMs: SHORT_MS };

    expect(await read('x', options, 'https://his.example.org/api')).toMatchObject({ code: 'upstream-timeout' });
    expect(await write('x', options, 'https://his.example.org/api')).toMatchObject({ outcome: 'no', code: 'upstream-unreachable' });
  });

  it('at a certificate that nobody signed', async () => {
    const hospital = await aHospitalWithItsOwnCertificate(sends(201, { id: 'A1' }));

    expect(await read(hospital.host, {}, `https://${hospital.host}`)).toMatchObject({ code: 'upstream-unreachable' });
    for (let i = 0; i < 10; i++)
      expect(await write(hospital.host, {}, `https://${hospital.host}`)).toMatchObject({ outcome: 'no', code: 'upstream-unreachable' });
    expect(hospital.requests).toEqual([]);
  });

  it('at a port that speaks no TLS', async () => {
    const hospital = await aHospital(sends(201, { id: 'A1' }));

    expect(await write(hospital.host, {}, `https://${hospital.host}`)).toMatchObject({ outcome: 'no', code: 'upstream-unreachable' });
  });

  it('with a key that cannot be sent', async () => {
    const hospital = await aHospital(sends(201, { id: 'A1' }));
    const { scheduler, close } = await aScheduler({ allowedHosts: [hospital.host] });
    closers.push(close);
    const connection = aConnection(hospital.host, { auth: { scheme: 'header', headerName: 'X Key', apiKey: 'k' } });

    expect(await scheduler.book(connection, aBooking())).toMatchObject({ outcome: 'no', code: 'upstream-unreachable' });
    expect(hospital.requests).toEqual([]);
  });
});

describe('a forbidden address', () => {
  it.each([
    ['169.254.169.254', 4],
    ['10.0.0.5', 4],
    ['127.0.0.1', 4],
    ['0.0.0.0', 4],
    ['100.64.0.1', 4],
    ['168.63.129.16', 4],
    ['::1', 6],
    ['fd00:ec2::254', 6],
    ['fe80::1', 6],
    ['::ffff:127.0.0.1', 6],
    ['64:ff9b::a9fe:a9fe', 6],
  ])('is refused when a public name resolves to %s', async (address, family) => {
    const lookup = answeringLookup([{ address, family }]);

    expect(await read('x', { lookup }, 'https://his.example.org/api')).toMatchObject({
      code: 'upstream-unreachable',
      message: expect.stringContaining('not public'),
    });
    expect(await write('x', { lookup }, 'https://his.example.org/api')).toMatchObject({
      outcome: 'no',
      code: 'upstream-unreachable',
      detail: expect.stringContaining('not public'),
    });
  });

  it('is refused when it hides among public ones', async () => {
    const lookup = answeringLookup([
      { address: '203.0.114.1', family: 4 },
      { address: '10.0.0.5', family: 4 },
    ]);

    expect(await write('x', { lookup }, 'https://his.example.org/api')).toMatchObject({
      outcome: 'no',
      detail: expect.stringContaining('not public'),
    });
  });

  it.each([
    'http://169.254.169.254/latest',
    'https://169.254.169.254',
    'https://2852039166',
    'https://[::ffff:169.254.169.254]',
    'https://localhost',
  ])('is refused as the literal %s, before any connection', async baseUrl => {
    expect(await read('x', {}, baseUrl)).toMatchObject({
      code: 'upstream-unreachable',
      message: expect.stringContaining('host-not-public'),
    });
    expect(await write('x', {}, baseUrl)).toMatchObject({ outcome: 'no', detail: expect.stringContaining('host-not-public') });
    expect(connectedTo).toEqual([]);
  });

  it('is refused in plain http, however public, before any connection', async () => {
    expect(await write('x', {}, 'http://his.example.org/api')).toMatchObject({
      outcome: 'no',
      detail: expect.stringContaining('https-required'),
    });
    expect(connectedTo).toEqual([]);
  });

  it('is allowed at its own port only', async () => {
    const hospital = await aHospital(sends(201, { id: 'A1' }));

    expect(await write('127.0.0.1:1', {}, `http://${hospital.host}`)).toMatchObject({ outcome: 'no' });
    expect(await write(hospital.host)).toMatchObject({ outcome: 'yes' });
    expect(hospital.requests).toHaveLength(1);
  });
});

describe('a proxy of the environment', () => {
  it('is not used', async () => {
    const proxy = await aHospital(sends(200, []));
    const hospital = await aHospital(sends(200, []));
    const names = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'] as const;
    for (const name of names) process.env[name] = `http://${proxy.host}`;

    try {
      expect(await read(hospital.host)).toEqual({ slots: [] });
    } finally {
      for (const name of names) Reflect.deleteProperty(process.env, name);
    }
    expect(requestCounts(proxy, hospital)).toEqual([0, 1]);
  });
});

const BOMB = gzipSync(Buffer.alloc(200_000_000, ' '));

function requestCounts(...hospitals: Hospital[]): number[] {
  return hospitals.map(hospital => hospital.requests.length);
}

function cut(_request: unknown, response: Parameters<RequestListener>[1]): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('[]', () => response.socket?.end());
}

function answerAndReset(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n[', () => {
    // The client must have read the headers before the reset overtakes them.
    setImmediate(() => setTimeout(() => socket.resetAndDestroy(), 50));
  });
}

function flood(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\n');
  socket.end(Array.from({ length: 100_000 }, (_, i) => `x-${i}: y\r\n`).join('') + '\r\n[]');
}

function drip(socket: Socket, head: string): void {
  socket.write(head);
  const timer = setInterval(() => socket.write(' '), 20);
  socket.on('close', () => clearInterval(timer));
}

function answeringLookup(addresses: { address: string; family: number }[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all) callback(null, addresses);
    else callback(null, first?.address ?? '', first?.family);
  };
}

function failingLookup(code: string): LookupFunction {
  return (hostname, _options, callback) => {
    callback(Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), { code, syscall: 'getaddrinfo' }), '', 4);
  };
}
