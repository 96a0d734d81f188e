import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * An upstream that costs next to nothing and answers after a set time: a hospital, and an SMS provider, which is slow for accounts
 * whose id begins with ACf. Below `/h1`, `/h2`, … it is any number of hospitals, each of which hangs after `POST /h1/hang` until
 * `POST /h1/well`. Each list of calendars has an entity tag, but below `/untagged`. A process of its own, on PORT.
 */
const AVAILABILITY_MS = Number(process.env['AVAILABILITY_MS']);
const BOOKING_MS = Number(process.env['BOOKING_MS']);
const SMS_MS = Number(process.env['SMS_MS'] ?? 50);
const SLOW_SMS_MS = 5_000;
const CALENDARS = Number(process.env['CALENDARS'] ?? 4);
const CALENDARS_MS = Number(process.env['CALENDARS_MS'] ?? 0);
/** In a month, where that is to be measured. */
const SLOTS = process.env['SLOTS'] === undefined ? null : Number(process.env['SLOTS']);

const MESSAGES = `/2010-04-01/Accounts/AC${'0'.repeat(32)}/Messages.json`;
const SLOW_MESSAGES = `/2010-04-01/Accounts/AC${'f'.repeat(32)}/Messages.json`;

const counts = { calendars: 0, notModified: 0, atOnce: 0, availability: 0, appointments: 0, messages: 0, slowMessages: 0, ofOne: 0 };
/** Lists of calendars that are asked for and not yet answered. */
let inFlight = 0;

const hospitals = new Map<string, { calls: number; isHanging: boolean }>();

const server = http.createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const url = new URL(request.url ?? '/', 'http://hospital.test');
    const [, name, path] = /^\/(h\d+|untagged)(\/.*)$/.exec(url.pathname) ?? [];
    if (name !== undefined && path !== undefined) {
      if (isLeftUnanswered(name, path)) return;
      url.pathname = path;
    }
    if (request.method === 'GET' && url.pathname === '/api/v1/calendars') {
      void listCalendars(request, response, name !== 'untagged');
      return;
    }
    void answer(`${request.method ?? ''} ${url.pathname}`, url.searchParams, Buffer.concat(chunks).toString('utf8')).then(body => {
      response
        .writeHead(body === null ? 404 : url.pathname.endsWith('/Messages.json') ? 201 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(body));
    });
  });
});

/** Takes note of a call to one of many, and of what it is to do from now on. */
function isLeftUnanswered(name: string, path: string): boolean {
  const hospital = hospitals.get(name) ?? { calls: 0, isHanging: false };
  hospitals.set(name, hospital);
  if (path === '/hang' || path === '/well') hospital.isHanging = path === '/hang';
  else if (path !== '/calls') hospital.calls += 1;
  if (path === '/calls') counts.ofOne = hospital.calls;
  return hospital.isHanging && path.startsWith('/api/');
}

async function answer(endpoint: string, query: URLSearchParams, body: string): Promise<unknown> {
  switch (endpoint) {
    case 'GET /api/v1/availability':
      counts.availability += 1;
      await delay(AVAILABILITY_MS);
      return slots(query.get('month') ?? '');
    case 'POST /api/v1/appointments': {
      counts.appointments += 1;
      const id = counts.appointments;
      await delay(BOOKING_MS);
      return booked(id, JSON.parse(body) as Record<string, unknown>);
    }
    case `POST ${SLOW_MESSAGES}`:
      await delay(SLOW_SMS_MS);
      counts.slowMessages += 1;
      return sms();
    case `POST ${MESSAGES}`:
      await delay(SMS_MS);
      counts.messages += 1;
      return sms();
    case 'POST /hang':
    case 'POST /well':
    case 'GET /calls':
    case 'GET /counts':
      return counts;
    case 'POST /counts':
      counts.atOnce = 0;
      return counts;
    default:
      return null;
  }
}

function sms(): object {
  return { sid: `SM${randomBytes(16).toString('hex')}`, status: 'queued', num_segments: '1', error_code: null };
}

async function listCalendars(request: http.IncomingMessage, response: http.ServerResponse, isTagged: boolean): Promise<void> {
  counts.calendars += 1;
  counts.atOnce = Math.max(counts.atOnce, (inFlight += 1));
  await delay(CALENDARS_MS);
  inFlight -= 1;
  const tag = isTagged ? { etag: LIST_TAG } : {};
  if (isTagged && request.headers['if-none-match'] === LIST_TAG) {
    counts.notModified += 1;
    response.writeHead(304, tag).end();
  } else response.writeHead(200, { 'content-type': 'application/json', ...tag }).end(LIST);
}

function calendar(number: number): object {
  const appointment_types = [{ id: 'consultation', name: 'Consultation', duration_minutes: 30 }];
  return { id: `cal-${number}`, name: `Dr. Test ${number}`, timezone: 'Asia/Manila', appointment_types };
}

/** Every day from 08:00 on, half-hourly until 18:00: about 600 in a month; or so many, every ten minutes. Bookings leave them as they are. */
function slots(month: string): object[] {
  const [year = 0, monthNumber = 0] = month.split('-').map(Number);
  const days = new Date(Date.UTC(year, monthNumber, 0)).getUTCDate();
  if (SLOTS !== null) return manySlots(month, days, SLOTS);
  return Array.from({ length: days * 20 }, (_, index) => {
    const date = `${month}-${String(Math.floor(index / 20) + 1).padStart(2, '0')}`;
    const half = 16 + (index % 20);
    return { start: `${date}T${time(half)}:00+08:00`, end: `${date}T${time(half + 1)}:00+08:00`, slots_available: 1 };
  });
}

function manySlots(month: string, days: number, count: number): object[] {
  return Array.from({ length: count }, (_, index) => {
    const date = `${month}-${String((Math.floor(index / 55) % days) + 1).padStart(2, '0')}`;
    const clock = (tens: number): string => `${String(8 + Math.floor(tens / 6)).padStart(2, '0')}:${tens % 6}0`;
    return { start: `${date}T${clock(index % 55)}:00+08:00`, end: `${date}T${clock((index % 55) + 1)}:00+08:00`, slots_available: 1 };
  });
}

function time(halfHours: number): string {
  return `${String(Math.floor(halfHours / 2)).padStart(2, '0')}:${halfHours % 2 === 0 ? '00' : '30'}`;
}

function booked(id: number, { calendar_id, datetime, external_reference }: Record<string, unknown>): object {
  return { appointment_id: `A-${id}`, temporary_patient_id: `T-${id}`, status: 'scheduled', calendar_id, datetime, external_reference };
}

const LIST = JSON.stringify(Array.from({ length: CALENDARS }, (_, index) => calendar(index + 1)));
const LIST_TAG = `"${createHash('sha256').update(LIST).digest('hex').slice(0, 16)}"`;

server.listen(Number(process.env['PORT']), '127.0.0.1');
