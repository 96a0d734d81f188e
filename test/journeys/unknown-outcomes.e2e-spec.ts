import { randomUUID } from 'node:crypto';
import type http from 'node:http';
import { answerJson, startFakeHospital, type FakeHospital, type HospitalHandler } from '../support/fake-hospital.js';
import { createFacility } from '../support/factories.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { aPatient, JOURNEY_NOW, syncedCalendars } from '../support/journey.js';
import { TestClock } from '../support/test-clock.js';

const DAY = '2026-10-05';
const at = (time: string): string => `${DAY}T${time}:00+08:00`;
const TIMES = [
  '09:00',
  '09:30',
  '10:00',
  '10:30',
  '11:00',
  '11:30',
  '13:00',
  '13:30',
  '14:00',
  '14:30',
  '15:00',
  '15:30',
  '16:00',
  '16:30',
  '18:00',
  '18:30',
  '19:00',
  '19:30',
  '20:00',
  '17:00',
  '17:30',
];

const html: HospitalHandler = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Maintenance</html>');
};
const halfJson: HospitalHandler = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"appointmentId": "half');
};
const reset: HospitalHandler = (_request, response) => {
  response.destroy();
};
const hang: HospitalHandler = () => undefined;
const tooBig: HospitalHandler = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  sendChunks(response, 20 * 16);
};
const answers =
  (status: number, body: unknown): HospitalHandler =>
  (_request, response) => {
    answerJson(response, status, body);
  };
const redirect: HospitalHandler = (_request, response) => {
  response.writeHead(301, { location: 'http://169.254.169.254/latest/meta-data' }).end();
};

/** 64 KiB each, as the reader takes them. */
function sendChunks(response: http.ServerResponse, left: number): void {
  if (left === 0 || response.destroyed) response.end();
  else
    response.write(Buffer.alloc(65_536, 0x20), () => {
      sendChunks(response, left - 1);
    });
}

describe('A hospital that answers badly', () => {
  let hospital: FakeHospital;
  let hub: TestHub;
  let facilityId: string;
  let ids: { calendarId: string; appointmentTypeId: string };
  let next = 0;

  beforeAll(async () => {
    hospital = await startFakeHospital();
    hospital.on('GET /calendars', [
      { id: 'c1', name: 'Dr. Test', timezone: 'Asia/Manila', appointmentTypes: [{ id: 't1', name: 'Consultation', durationMinutes: 30 }] },
    ]);
    hospital.on('GET /availability', [{ date: DAY, slots: TIMES }]);
    hub = await startHub({
      clock: new TestClock(JOURNEY_NOW),
      config: { upstreamAllowedHosts: [hospital.host], writeTimeoutMs: 600, availabilityTimeoutMs: 500 },
    });
    facilityId = await createFacility(hub, hospital);
    const [calendar] = await syncedCalendars(hub, facilityId);
    ids = { calendarId: calendar?.id ?? '', appointmentTypeId: calendar?.appointmentTypes[0]?.id ?? '' };
  });
  afterAll(async () => {
    await hub.close();
    await hospital.close();
  });

  const nextStart = (): string => at(TIMES[next++] ?? '23:59');
  const book = (start: string, key: string = randomUUID()): Promise<Answer> =>
    hub.call('POST', `/facilities/${facilityId}/appointments`, { contact: aPatient(), ...ids, start }, { 'idempotency-key': key });
  const bookWell = async (start: string): Promise<string> => {
    hospital.on('POST /appointments', { appointmentId: randomUUID(), temporaryPatientId: 'tmp-9' });
    return (await book(start)).body.id as string;
  };

  it.each<[string, HospitalHandler, string]>([
    ['HTML', html, 'upstream-invalid-response'],
    ['half a JSON', halfJson, 'upstream-invalid-response'],
    ['a 200 with the wrong shape', answers(200, {}), 'upstream-invalid-response'],
    ['another datetime', answers(200, { appointmentId: 'x1', datetime: at('23:00') }), 'upstream-invalid-response'],
    ['a redirect', redirect, 'upstream-redirected'],
    ['20 MB', tooBig, 'upstream-response-too-large'],
    ['a reset connection', reset, 'upstream-connection-lost'],
    ['500', answers(500, { message: 'oops' }), 'upstream-error'],
    ['nothing at all', hang, 'upstream-timeout'],
  ])('to a booking with %s: it is pending, answered 202, and never sent again', async (_, handler, code) => {
    const start = nextStart();
    const key = randomUUID();
    hospital.on('POST /appointments', handler);
    const before = hospital.calls('POST /appointments').length;

    const first = await book(start, key);
    const repeat = await book(start, key);
    const rival = await book(start);

    expect(first).toMatchObject({
      status: 202,
      body: { status: 'PENDING', appointmentId: null, canCancel: { allowed: false, code: 'booking-pending' } },
    });
    expect(repeat).toMatchObject({ status: 202, body: { id: first.body.id, status: 'PENDING' } });
    expect(rival).toMatchObject({ status: 409, body: { code: 'slot-unavailable' } });
    expect(hospital.calls('POST /appointments')).toHaveLength(before + 1);
    const { body: timeline } = await hub.call('GET', `/appointments/${first.body.id}/timeline`);
    expect(timeline.data.at(-1)).toMatchObject({ type: 'booking-outcome-unknown', after: { status: 'PENDING', code: expect.any(String) } });
    const [attempt] = await hub.sql<{ outcome: string; code: string }>(
      'select outcome, code from upstream_attempt where appointment_id = $1',
      [first.body.id],
    );
    expect(attempt).toEqual({ outcome: 'unknown', code });
  });

  it.each<[string, HospitalHandler, number, string]>([
    ['409 without a code', answers(409, { message: 'taken' }), 409, 'slot-unavailable'],
    ['not_available', answers(400, { code: 'not_available', message: 'taken' }), 409, 'slot-unavailable'],
    ['invalid_calendar', answers(422, { error: { code: 'invalid_calendar' } }), 422, 'invalid-calendar'],
    ['400 of its own', answers(400, { error: 'what_is_this' }), 422, 'upstream-refused'],
    ['401', answers(401, { message: 'who are you' }), 502, 'upstream-credentials-refused'],
    ['429', answers(429, { message: 'slow down' }), 503, 'upstream-rate-limited'],
  ])('says no by %s: the booking has failed, and its slot is free for the next', async (_, handler, status, code) => {
    const start = at('17:30');
    const key = randomUUID();
    hospital.on('POST /appointments', handler);

    const first = await book(start, key);
    const repeat = await book(start, key);

    expect(first).toMatchObject({ status, body: { code, appointmentId: expect.any(String) } });
    expect(repeat).toMatchObject({ status, body: { code, appointmentId: first.body.appointmentId } });
    expect(repeat.headers.get('idempotency-replayed')).toBe('true');
    expect((await hub.call('GET', `/appointments/${first.body.appointmentId}`)).body).toMatchObject({ status: 'FAILED' });
    expect(await hub.sql('select 1 from slot_claim where holder_id = $1', [first.body.appointmentId])).toEqual([]);
  });

  it.each([
    ['a time of change past all centuries', { updatedAt: '9999-12-31T23:59:59-18:00' }],
    ['a time of change that lies ahead', { updatedAt: '2030-01-01T00:00:00Z' }],
  ])('says yes with %s: that is a yes, and its time is not believed', async (_, extra) => {
    hospital.on('POST /appointments', { appointmentId: randomUUID(), ...extra });

    const { status, body } = await book(nextStart());

    expect(status).toBe(201);
    expect(await hub.sql('select stamps from appointment where id = $1', [body.id])).toEqual([{ stamps: {} }]);
  });

  it('names another temporary id of the patient, and our reference: that is a yes, and both ids are known', async () => {
    const known = await hub.call(
      'PUT',
      `/facilities/${facilityId}/contacts`,
      aPatient({ name: 'Testa Twoids', phone: '0917 000 0055', temporaryPatientId: 'tmp-a' }),
    );
    hospital.on('POST /appointments', (request, response) => {
      const { external_reference: reference } = JSON.parse(request.body) as { external_reference: string };
      answerJson(response, 201, { appointmentId: randomUUID(), temporaryPatientId: 'tmp-b', external_reference: reference });
    });

    const booked = await hub.call(
      'POST',
      `/facilities/${facilityId}/appointments`,
      { contactId: known.body.id, ...ids, start: nextStart() },
      { 'idempotency-key': randomUUID() },
    );

    expect(booked).toMatchObject({ status: 201, body: { temporaryPatientId: 'tmp-b' } });
    const found = await hub.call('GET', `/facilities/${facilityId}/appointments?temporaryPatientId=tmp-a`);
    expect(found.body.data).toMatchObject([{ id: booked.body.id }]);
  });

  it('gives an id that another appointment has: that is no yes', async () => {
    hospital.on('POST /appointments', { appointmentId: 'same-id', temporaryPatientId: 'tmp-9' });
    const first = await book(nextStart());

    const second = await book(nextStart());

    expect(first.status).toBe(201);
    expect(second).toMatchObject({ status: 202, body: { status: 'PENDING', appointmentId: null } });
  });

  it.each([
    ['reschedule', { start: at('17:00') }],
    ['cancel', {}],
  ])('does not say what became of a %s: the change is pending, and no other is sent meanwhile', async (kind, body) => {
    const start = nextStart();
    const id = await bookWell(start);
    hospital.on(`PUT /appointments/:id/${kind}`, hang);

    const first = await hub.call('PUT', `/appointments/${id}/${kind}`, body);
    const other = await hub.call('PUT', `/appointments/${id}/cancel`, {});

    expect(first).toMatchObject({
      status: 202,
      body: { status: 'SCHEDULED', start, revision: 1, pendingChange: { kind, start: 'start' in body ? body.start : null } },
    });
    expect(other).toMatchObject({ status: 409, body: { code: 'change-in-progress' } });
    expect(hospital.requests.filter(r => r.method === 'PUT' && r.path.endsWith(kind))).toHaveLength(1);
  });

  it.each<[string, HospitalHandler]>([
    ['HTML', html],
    ['half a JSON', halfJson],
    ['a wrong shape', answers(200, { slots: 'none' })],
    ['a redirect', redirect],
    ['nothing at all', hang],
  ])('to availability with %s: the last known slots, marked stale, or a clear 503', async (_, handler) => {
    hospital.on('GET /availability', handler);
    const month = (m: string): Promise<Answer> =>
      hub.call('GET', `/facilities/${facilityId}/availability?${new URLSearchParams({ month: m, ...ids }).toString()}`);

    const known = await month('2026-10');
    const unknown = await month('2027-01');

    expect(known.status).toBe(200);
    expect(['stale', 'cache']).toContain(known.body.freshness.source);
    expect(unknown).toMatchObject({ status: 503, body: { code: expect.stringMatching(/^upstream-/) } });
  });
});
