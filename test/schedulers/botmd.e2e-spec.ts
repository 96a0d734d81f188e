import type { AvailabilityQuery, Scheduler } from '../../src/schedulers/scheduler.js';
import { aBooking, aConnection, aHospital, aScheduler, closeHospitals, sends, type Hospital } from './a-hospital.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const QUERY: AvailabilityQuery = {
  month: '2026-03',
  calendarExternalId: '7',
  appointmentTypeExternalId: '70',
  timezone: 'Asia/Manila',
  durationMinutes: 30,
};
const CHANGE = { appointmentId: 'A 1/2', calendarExternalId: '7', appointmentTypeExternalId: '70', isRepeat: false };

let scheduler: Scheduler;
let close: () => Promise<void>;

async function against(hospital: Hospital, calendarsTimeoutMs = 10_000): Promise<void> {
  await close();
  const options = { allowedHosts: [hospital.host], calendarsTimeoutMs, writeTimeoutMs: 3_500, checkTimeoutMs: 4_000 };
  ({ scheduler, close } = await aScheduler(options));
}

beforeEach(() => {
  close = () => Promise.resolve();
});

afterEach(async () => {
  await close();
  await closeHospitals();
});

describe('what the hospital is sent', () => {
  it('books with the reference as idempotency key, the datetime in the zone of the calendar, and the key of the facility', async () => {
    const hospital = await aHospital(sends(201, { appointmentId: 'A1', temporaryPatientId: 'T9' }));
    await against(hospital);

    const outcome = await scheduler.book(aConnection(hospital.host), aBooking());

    expect(outcome).toMatchObject({ outcome: 'yes', appointment: { appointmentId: 'A1', temporaryPatientId: 'T9' } });
    const [request] = hospital.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/api/v1/appointments' });
    expect(request?.headers).toMatchObject({
      ...JSON_TYPE,
      authorization: 'Bearer key-of-the-hospital',
      'idempotency-key': '0195-ref',
    });
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      calendar_id: '7',
      appointment_type_id: '70',
      datetime: '2026-03-09T09:30:00+08:00',
      external_reference: '0195-ref',
      patient: { name: 'Maria Planted', date_of_birth: '1990-02-01' },
    });
  });

  it('reschedules and cancels under the id of the hospital, as one segment of the path', async () => {
    const hospital = await aHospital(sends(200, ''));
    await against(hospital);

    const moved = await scheduler.reschedule(aConnection(hospital.host), { ...CHANGE, start: aBooking().start, timezone: 'Asia/Manila' });
    const canceled = await scheduler.cancel(aConnection(hospital.host), { appointmentId: 'A 1/2', reason: 'ill', isRepeat: false });

    expect([moved.outcome, canceled.outcome]).toEqual(['yes', 'yes']);
    expect(hospital.requests.map(r => `${r.method} ${r.path}`)).toEqual([
      'PUT /api/v1/appointments/A%201%2F2/reschedule',
      'PUT /api/v1/appointments/A%201%2F2/cancel',
    ]);
    expect(JSON.parse(hospital.requests[1]?.body ?? '')).toEqual({ appointment_id: 'A 1/2', reason: 'ill' });
  });

  it('asks for a month by its parameters', async () => {
    const hospital = await aHospital(sends(200, [{ date: '2026-03-09', slots: ['09:30'] }]));
    await against(hospital);

    const slots = await scheduler.getAvailability(aConnection(hospital.host), QUERY, 1_500);

    expect(slots).toEqual([{ start: new Date('2026-03-09T01:30:00Z'), end: new Date('2026-03-09T02:00:00Z'), available: 1 }]);
    expect(hospital.requests[0]?.path).toBe('/api/v1/availability?month=2026-03&appointment_type_id=70&calendar_id=7');
  });
});

describe('calendars', () => {
  const page = (id: number) => [{ id, name: `Calendar ${id}` }];

  it('are read to the last page, each once, without an etag: it would cover only the first page', async () => {
    const hospital = await aHospital((request, response) => {
      const number = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page') ?? 1);
      const link: Record<string, string> = number < 3 ? { link: `</api/v1/calendars?page=${number + 1}>; rel="next"` } : {};
      response.writeHead(200, { ...JSON_TYPE, etag: `"${number}"`, ...link }).end(JSON.stringify([...page(number), ...page(1)]));
    });
    await against(hospital);

    const answer = await scheduler.listCalendars(aConnection(hospital.host), null);

    expect(answer).toMatchObject({
      kind: 'calendars',
      etag: null,
      calendars: [{ externalId: '1' }, { externalId: '2' }, { externalId: '3' }],
    });
  });

  it('of one page are asked for conditionally the next time', async () => {
    const hospital = await aHospital((request, response) => {
      if (request.headers['if-none-match'] === 'W/"v1"') response.writeHead(304).end();
      else response.writeHead(200, { ...JSON_TYPE, etag: 'W/"v1"' }).end(JSON.stringify(page(1)));
    });
    await against(hospital);

    const first = await scheduler.listCalendars(aConnection(hospital.host), null);
    const second = await scheduler.listCalendars(aConnection(hospital.host), first.kind === 'calendars' ? first.etag : null);

    expect(first).toMatchObject({ kind: 'calendars', etag: 'W/"v1"' });
    expect(second).toEqual({ kind: 'not-modified' });
  });

  it.each([
    ['a page that fails', sends(500, {}), 'upstream-error'],
    ['a page without its shape', sends(200, {}), 'upstream-invalid-response'],
    ['304 to a page that was not asked for conditionally', sends(304, ''), 'upstream-redirected'],
  ])('are an error, never a part, with %s', async (_what, second, code) => {
    const hospital = await aHospital((request, response) => {
      if (request.url?.endsWith('?page=2')) second(request, response);
      else sends(200, page(1), { link: '<?page=2>; rel="next"' })(request, response);
    });
    await against(hospital);

    await expect(scheduler.listCalendars(aConnection(hospital.host), null)).rejects.toMatchObject({ code });
  });

  it.each([
    ['to itself', '<?page=1>; rel="next"', 2],
    ['without end', null, 100],
    ['to another origin', '<http://127.0.0.1:9/calendars>; rel="next"', 1],
  ])('are an error when the pages lead %s', async (_where, link, requests) => {
    let count = 0;
    const hospital = await aHospital((request, response) => {
      sends(200, page(++count), { link: link ?? `<?page=${count}>; rel="next"` })(request, response);
    });
    await against(hospital);
    const reading = scheduler.listCalendars(aConnection(hospital.host), null);

    await expect(reading).rejects.toMatchObject({ code: 'upstream-invalid-response' });
    expect(hospital.requests).toHaveLength(requests);
  });

  it('have one deadline for all pages together', async () => {
    let count = 0;
    const hospital = await aHospital((request, response) => {
      const answer = sends(200, page(++count), { link: `<?page=${count}>; rel="next"` });
      // Each page alone is well within the deadline.
      setTimeout(() => answer(request, response as never), 50);
    });
    await against(hospital, 400);
    const startedAtMs = performance.now();

    await expect(scheduler.listCalendars(aConnection(hospital.host), null)).rejects.toMatchObject({ code: 'upstream-timeout' });
    expect(performance.now() - startedAtMs).toBeLessThan(1_500);
  });
});

describe('connections', () => {
  it('serve one request each', async () => {
    const hospital = await aHospital((request, response) => {
      sends(200, request.method === 'GET' ? [] : { id: 'A1' })(request, response);
    });
    await against(hospital);
    const connection = aConnection(hospital.host);

    await scheduler.getAvailability(connection, QUERY, 1_500);
    await scheduler.getAvailability(connection, QUERY, 1_500);
    await scheduler.book(connection, aBooking());

    expect(hospital.connections()).toBe(3);
    expect(hospital.requests.map(({ headers }) => headers.connection)).toEqual(['close', 'close', 'close']);
  });
});

describe('connection check', () => {
  const now = new Date('2026-03-31T20:00:00Z');
  const summary = (checks: { endpoint: string; ok: boolean | null; code: string | null }[]) => checks.map(c => [c.endpoint, c.ok, c.code]);

  it('asks what can be asked, and says of the writes that it did not', async () => {
    const hospital = await aHospital((request, response) => {
      const path = new URL(request.url ?? '', 'http://x').pathname;
      if (path.endsWith('/calendars')) sends(200, [{ id: 7, name: 'Cardiology', timezone: 'Asia/Manila' }])(request, response);
      else if (path.endsWith('/patient')) sends(404, '<html>', { 'content-type': 'text/html' })(request, response);
      else sends(200, [])(request, response);
    });
    await against(hospital);

    const checks = await scheduler.checkConnection(aConnection(hospital.host), now);

    expect(summary(checks)).toEqual([
      ['GET calendars', true, null],
      ['GET availability', true, null],
      ['GET appointments', true, null],
      ['GET patient', false, 'not-offered'],
      ['POST appointments', null, null],
      ['PUT appointments/:id/reschedule', null, null],
      ['PUT appointments/:id/cancel', null, null],
    ]);
    expect(hospital.requests.every(r => r.method === 'GET')).toBe(true);
    expect(hospital.requests.map(r => r.path)).toContain('/api/v1/availability?month=2026-04&calendar_id=7');
  });

  it('finds a list of appointments that ignores its filter', async () => {
    const hospital = await aHospital(sends(200, [{ id: 'A1', name: 'x' }]));
    await against(hospital);

    const checks = await scheduler.checkConnection(aConnection(hospital.host), now);

    expect(checks.find(c => c.endpoint === 'GET appointments')).toMatchObject({ ok: false, code: 'filter-ignored', required: false });
  });

  it.each([
    ['refuses the key', 401, 'upstream-credentials-refused'],
    ['is broken', 500, 'upstream-error'],
    ['redirects', 302, 'upstream-redirected'],
  ])('never throws when the hospital %s', async (_what, status, code) => {
    const hospital = await aHospital(sends(status, {}, { location: 'http://169.254.169.254/' }));
    await against(hospital);

    const checks = await scheduler.checkConnection(aConnection(hospital.host), now);

    expect(checks[0]).toMatchObject({ endpoint: 'GET calendars', ok: false, code, httpStatus: status });
  });
});
