import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { AvailabilityQuery, Scheduler, UpstreamSlot } from '../../src/schedulers/scheduler.js';
import { UpstreamError } from '../../src/schedulers/upstream.errors.js';
import { eventually } from '../support/eventually.js';
import { aBooking, aConnection, aRawHospital, aScheduler, closeHospitals, type Hospital } from './a-hospital.js';

const QUERY: AvailabilityQuery = {
  month: '2026-03',
  calendarExternalId: '7',
  appointmentTypeExternalId: '70',
  timezone: 'Asia/Manila',
  durationMinutes: 30,
};
const SHORT_MS = 400;

/** The hospital's right answer: to the first request nine o'clock, to the second ten, … */
const rightOf = (request: number): string => answer(`["2026-03-09T${String(8 + request).padStart(2, '0')}:00"]`);
/** What nobody asked for: midnight. */
const WRONG = answer('["2026-03-09T00:00"]');

function answer(body: string, headers = ''): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`;
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map(close => close()));
  await closeHospitals();
});

interface Opened {
  hospital: Hospital;
  scheduler: Scheduler;
  /** The hour of the slot that a read gives, or its error's code. */
  read: (timeoutMs?: number) => Promise<string>;
  /** How many of its connections the hospital has seen closed. */
  closed: () => number;
}

/** `respond` is called with each request's number, from 1, over all connections. */
async function opened(respond: (socket: Socket, request: number) => void): Promise<Opened> {
  let requests = 0;
  let closed = 0;
  const hospital = await aRawHospital(socket => {
    socket.on('close', () => closed++);
    socket.on('data', chunk => {
      if (/^(GET|POST) /.test(chunk.toString('latin1'))) respond(socket, ++requests);
    });
  });
  const { scheduler, close } = await aScheduler({ allowedHosts: [hospital.host], writeTimeoutMs: 3_500 });
  closers.push(close);
  const hourOf = ([slot]: UpstreamSlot[]): string => slot?.start.toISOString().slice(11, 16) ?? 'none';
  const read = (timeoutMs = 3_000): Promise<string> =>
    scheduler
      .getAvailability(aConnection(hospital.host), QUERY, timeoutMs)
      .then(hourOf, (error: unknown) => (error instanceof UpstreamError ? error.code : String(error)));
  return { hospital, scheduler, read, closed: () => closed };
}

/** In UTC, eight hours before Manila. */
const FIRST = '01:00';
const SECOND = '02:00';

describe('A connection', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['two answers at once', socket => socket.write(rightOf(1) + WRONG)],
    ['bytes after its answer', socket => socket.write(`${rightOf(1)}HTTP/1.1 2`)],
    ['line ends after its answer', socket => socket.write(`${rightOf(1)}\r\n\r\n`)],
    ['an answer that says that it closes, and does not', socket => socket.write(answer('["2026-03-09T09:00"]', 'connection: close\r\n'))],
    ['an answer that would keep it', socket => socket.write(answer('["2026-03-09T09:00"]', 'connection: keep-alive\r\n'))],
  ])('gives nothing to the next request: %s', async (_what, first) => {
    const { hospital, read } = await opened((socket, request) => {
      if (request === 1) first(socket);
      else socket.write(rightOf(request));
    });

    expect(await read()).toBe(FIRST);
    expect(await read()).toBe(SECOND);
    expect(hospital.connections()).toBe(2);
  });

  it('gives nothing to the next request that comes at the very moment in which it speaks unasked', async () => {
    for (let round = 0; round < 20; round++) {
      const { read } = await opened((socket, request) => {
        socket.write(rightOf(request));
        if (request === 1) setTimeout(() => socket.write(WRONG), round % 5);
      });

      expect(await read()).toBe(FIRST);
      await delay(round % 5);
      expect(await read()).toBe(SECOND);
    }
  });

  it.each<[string, string, (socket: Socket) => void]>([
    [
      'two lengths that differ',
      'upstream-invalid-response',
      socket => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 20\r\n\r\n[]'),
    ],
    [
      'a length and chunks',
      'upstream-invalid-response',
      socket => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n`),
    ],
    ['a body longer than it said', 'upstream-invalid-response', socket => socket.write(`${rightOf(1)}, "2026-03-09T00:00"]`)],
    ['a broken chunk', 'upstream-invalid-response', socket => socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n')],
    ['no HTTP', 'upstream-invalid-response', socket => socket.write('220 mail.example.org ESMTP\r\n')],
    ['a body that is cut', 'upstream-invalid-response', socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n["2026')],
  ])('is dropped after %s', async (_what, code, first) => {
    const { hospital, read, closed } = await opened((socket, request) => {
      if (request === 1) first(socket);
      else socket.write(rightOf(request));
    });

    expect(await read()).toBe(code);
    await eventually('it is closed', () => closed() === 1, 1_000);
    expect(await read()).toBe(SECOND);
    expect(hospital.connections()).toBe(2);
  });

  it('is dropped when its answer did not come in time: it is not the answer to the next request', async () => {
    const late: (() => void)[] = [];
    const { hospital, read, closed } = await opened((socket, request) => {
      if (request === 1) late.push(() => socket.write(WRONG));
      else socket.write(rightOf(request));
    });

    expect(await read(SHORT_MS)).toBe('upstream-timeout');
    for (const speak of late) speak();
    expect(await read()).toBe(SECOND);
    expect(hospital.connections()).toBe(2);
    await eventually('the first is closed', () => closed() >= 1, 1_000);
  });
});

describe('The connection of a write', () => {
  it('is its own: what comes after its answer reaches nobody', async () => {
    const yes = JSON.stringify({ id: 'A1' });
    const { hospital, scheduler, read, closed } = await opened((socket, request) => {
      socket.write(request === 1 ? answer(yes) + WRONG : rightOf(request));
    });

    expect(await scheduler.book(aConnection(hospital.host), aBooking())).toMatchObject({ outcome: 'yes' });
    expect(await read()).toBe(SECOND);
    await eventually('it is closed', () => closed() === 1, 1_000);
    expect(hospital.connections()).toBe(2);
  });
});

describe('One deadline', () => {
  it('holds for all pages of a list together', async () => {
    const { hospital, scheduler } = await opened((socket, request) => {
      const next = `<http://${hospital.host}/api/v1/appointments?page=${request}>; rel="next"`;
      setTimeout(() => socket.write(answer('[]', `link: ${next}\r\n`)), 150);
    });
    const startedAtMs = performance.now();

    const failure: unknown = await scheduler
      .listAppointments(aConnection(hospital.host), { patientId: 'P1' }, 1_000)
      .catch((e: unknown) => e);

    expect(failure).toMatchObject({ code: 'upstream-timeout' });
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });

  it('holds for all tries of a read together', async () => {
    let requests = 0;
    const { read } = await opened(socket => {
      requests++;
      setTimeout(() => socket.destroy(), 300);
    });
    const startedAtMs = performance.now();

    expect(['upstream-timeout', 'upstream-connection-lost']).toContain(await read(700));
    expect(performance.now() - startedAtMs).toBeLessThan(1_700);
    expect(requests).toBe(2);
  });
});
