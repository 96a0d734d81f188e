import { createHmac } from 'node:crypto';
import { demoClinic } from '../../src/sandbox/clinic/demo-clinic.js';
import { aBooking, aPatient, aSandbox, textOf, type Answer, type SandboxUnderTest } from '../sandbox/a-sandbox.js';
import { aWebhookReceiver, type WebhookReceiver } from '../sandbox/a-webhook-receiver.js';
import { SchedulerApiCheck } from './scheduler-api.js';

const REFERENCE = '01999c5e-0000-7000-8000-000000000001';
const OTHER_REFERENCE = '01999c5e-0000-7000-8000-000000000002';
/** 24 invented bytes. */
const SECRET = 'whsec_aW52ZW50ZWQtdGVzdC1zZWNyZXQtMDAx';
const KEYED = { 'Idempotency-Key': REFERENCE };
const AT_14 = '2026-10-05T14:00:00+08:00';
const AT_15 = '2026-10-05T15:00:00+08:00';

/** What the sandbox can be brought to answer; beside these the document has 204, 413, 415, 429, 500 and what only others answer. */
const EXPECTED = [
  ...['listCalendars 200', 'listCalendars 304', 'listCalendars 400', 'listCalendars 401'],
  ...['getAvailability 200', 'getAvailability 400', 'getAvailability 401', 'getAvailability 422'],
  ...['createAppointment 201', 'createAppointment 400', 'createAppointment 401', 'createAppointment 409'],
  ...['createAppointment 413', 'createAppointment 415', 'createAppointment 422'],
  ...['listAppointments 200', 'listAppointments 400', 'listAppointments 401'],
  ...['rescheduleAppointment 200', 'rescheduleAppointment 400', 'rescheduleAppointment 401', 'rescheduleAppointment 404'],
  ...['rescheduleAppointment 409', 'rescheduleAppointment 415', 'rescheduleAppointment 422'],
  ...['cancelAppointment 200', 'cancelAppointment 400', 'cancelAppointment 401', 'cancelAppointment 404', 'cancelAppointment 409'],
  ...['cancelAppointment 415', 'cancelAppointment 422'],
  ...['findPatient 200', 'findPatient 400', 'findPatient 401', 'findPatient 404'],
];

describe('The sandbox, held against the document of the scheduling system API', () => {
  const check = new SchedulerApiCheck();
  let hospital: SandboxUnderTest;
  let receiver: WebhookReceiver;
  let wrong: string[];

  beforeEach(async () => {
    receiver = await aWebhookReceiver();
    hospital = await aSandbox({ webhook: { url: receiver.url, scheme: 'standard-webhooks', secret: SECRET } });
    wrong = [];
  });
  afterEach(async () => {
    await hospital.sandbox.close();
    await receiver.close();
  });

  /** Asks as the hub does, and holds the answer against the document. `body` as text: sent as it is. */
  const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    const response = await fetch(hospital.sandbox.baseUrl + path, {
      method,
      headers: {
        Authorization: `Bearer ${hospital.sandbox.credentials.apiKey}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body === undefined || typeof body === 'string' ? (body ?? null) : JSON.stringify(body),
    });
    const text = await response.text();
    const answer = { status: response.status, headers: Object.fromEntries(response.headers), body: text };
    wrong.push(...check.answerProblems({ method, path: path.replace(/\?.*/, '') }, answer));
    return { status: response.status, headers: response.headers, body: text === '' ? null : (JSON.parse(text) as unknown) };
  };
  const booked = async (change: Record<string, unknown> = {}): Promise<string> =>
    textOf(await ask('POST', '/appointments', aBooking(change)), 'appointment_id');
  const move = (id: string, datetime: string, change: object = {}, headers = {}): Promise<Answer> =>
    ask('PUT', `/appointments/${id}/reschedule`, { appointment_id: id, datetime, ...change }, headers);
  const cancel = (id: string, change: object = {}, headers = {}): Promise<Answer> =>
    ask('PUT', `/appointments/${id}/cancel`, { appointment_id: id, ...change }, headers);
  const statuses = async (...answers: (() => Promise<Answer>)[]): Promise<number[]> => {
    const seen: number[] = [];
    for (const answer of answers) seen.push((await answer()).status);
    return seen;
  };

  it('lists calendars', async () => {
    const etag = (await ask('GET', '/calendars')).headers.get('etag') ?? '';

    const seen = await statuses(
      () => ask('GET', '/calendars?page=2'),
      () => ask('GET', '/calendars', undefined, { 'If-None-Match': etag }),
      () => ask('GET', '/calendars?page=none'),
    );

    expect([seen, wrong]).toEqual([[200, 304, 400], []]);
  });

  it('lists slots, of every calendar and type', async () => {
    const pairs = demoClinic.calendars.flatMap(({ id, appointmentTypeIds }) =>
      appointmentTypeIds.length === 0 ? [`calendar_id=${id}`] : appointmentTypeIds.map(t => `calendar_id=${id}&appointment_type_id=${t}`),
    );

    for (const pair of pairs) await ask('GET', `/availability?month=2026-11&${pair}`);
    const seen = await statuses(
      () => ask('GET', '/availability?month=2026-13&calendar_id=cal-cardiology'),
      () => ask('GET', '/availability?month=2026-10&calendar_id=cal-none'),
      () => ask('GET', '/availability?month=2026-10&calendar_id=cal-cardiology&appointment_type_id=type-none'),
    );

    expect([seen, wrong]).toEqual([[400, 422, 422], []]);
    expect(pairs.length).toBeGreaterThan(10);
  });

  it('books, or says why not', async () => {
    const book = (change: Record<string, unknown>, headers = {}): (() => Promise<Answer>) => {
      return () => ask('POST', '/appointments', aBooking(change), headers);
    };

    const seen = await statuses(
      book({ external_reference: REFERENCE, notes: 'Test' }, KEYED),
      book({ external_reference: REFERENCE, notes: 'Test' }, KEYED),
      book({ external_reference: REFERENCE, datetime: AT_15 }, KEYED),
      book({ external_reference: REFERENCE, datetime: AT_15 }),
      book({ external_reference: OTHER_REFERENCE }),
      book({ calendar_id: 'cal-laboratory', appointment_type_id: undefined, datetime: '2026-10-05T09:00:00+08:00' }),
      book({ calendar_id: 'cal-none' }),
      book({ appointment_type_id: 'type-none' }),
      book({ datetime: '2026-10-01T08:30:00+08:00' }),
      book({ datetime: '2027-10-05T13:00:00+08:00' }),
      book({ datetime: 'tomorrow' }),
      () => ask('POST', '/appointments', 'calendar_id=cal-cardiology', { 'Content-Type': 'application/x-www-form-urlencoded' }),
      () => ask('POST', '/appointments', aBooking({ notes: 'x'.repeat(300_000) })),
    );

    expect([seen, wrong]).toEqual([[201, 201, 422, 409, 409, 201, 422, 422, 422, 422, 400, 415, 413], []]);
  });

  it('moves and cancels, or says why not', async () => {
    const form = { 'Content-Type': 'text/plain' };
    const [id, other, soon] = [
      await booked({ external_reference: REFERENCE }),
      await booked({ datetime: AT_15 }),
      await booked({ datetime: '2026-10-01T09:15:00+08:00' }),
    ];
    hospital.clock.set('2026-10-01T01:00:00Z');

    const moves = await statuses(
      () => move(id, AT_14),
      () => move(id, AT_14),
      () => move(id, AT_15),
      () => move(id, AT_14, { calendar_id: 'cal-none' }),
      () => move(id, 'tomorrow'),
      () => move('apt-none', AT_15),
      () => move(soon, AT_15),
      () => ask('PUT', `/appointments/${id}/reschedule`, '{}', form),
    );
    const cancels = await statuses(
      () => cancel(id, { reason: 'Travelling' }),
      () => cancel(id),
      () => cancel('apt-none'),
      () => cancel(soon),
      () => cancel(other, { appointment_id: id }),
      () => ask('PUT', `/appointments/${id}/cancel`, '{}', form),
    );
    await hospital.post(`/staff/appointments/${other}/check-in`);
    const later = await statuses(
      () => move(id, AT_15),
      () => move(other, AT_14),
      () => cancel(other),
    );

    expect([moves, cancels, later]).toEqual([
      [200, 200, 409, 422, 400, 404, 422, 415],
      [200, 409, 404, 422, 400, 415],
      [409, 409, 409],
    ]);
    expect(wrong).toEqual([]);
  });

  it('looks appointments and patients up', async () => {
    const book = await ask('POST', '/appointments', aBooking({ external_reference: REFERENCE }));
    const temporaryId = textOf(book, 'temporary_patient_id');
    const range = 'from=2026-10-05T00:00:00.000Z&to=2026-10-06T00:00:00.000Z';

    const lists = await Promise.all(
      [`external_reference=${REFERENCE}`, `temporary_patient_id=${temporaryId}`, `calendar_id=cal-cardiology&${range}&limit=1`].map(
        async query => ((await ask('GET', `/appointments?${query}`)).body as unknown[]).length,
      ),
    );
    const seen = await statuses(
      () => ask('GET', `/appointments?external_reference=${OTHER_REFERENCE}`),
      () => ask('GET', '/appointments'),
      () => ask('GET', '/patient?name=Test%20Maria%20Santos&dob=1990-02-01&phone=%2B639175550101'),
      () => ask('GET', '/patient?name=Nobody&dob=1900-01-01&phone=1'),
      () => ask('GET', '/patient?name=Nobody'),
    );

    expect([lists, seen, wrong]).toEqual([[1, 1, 1], [200, 400, 200, 404, 400], []]);
  });

  it('refuses whoever has no key', async () => {
    const none = { Authorization: '' };

    const seen = await statuses(
      () => ask('GET', '/calendars', undefined, none),
      () => ask('GET', '/availability?month=2026-10&calendar_id=cal-cardiology', undefined, none),
      () => ask('POST', '/appointments', aBooking(), none),
      () => ask('GET', '/appointments', undefined, none),
      () => move('apt-none', AT_15, {}, none),
      () => cancel('apt-none', {}, none),
      () => ask('GET', '/patient', undefined, none),
    );

    expect([seen, wrong]).toEqual([Array.from({ length: 7 }, () => 401), []]);
  });

  it('sends each event as it is documented, and signs it', async () => {
    const { body } = await hospital.post('/staff/appointments', aBooking({ patient: aPatient() }));
    const { appointment_id: id, temporary_patient_id: temporaryId } = (body as { appointment: Record<string, string> }).appointment;
    await hospital.post(`/staff/appointments/${id}/move`, { datetime: AT_15 });
    await hospital.post(`/staff/patients/${temporaryId}/permanent-id`);
    await hospital.post(`/staff/appointments/${id}/check-in`);
    await cancel(await booked({ external_reference: REFERENCE }), { reason: 'Travelling' });

    const webhooks = await receiver.until(6);

    const names = webhooks.map(({ body: { action, event } }) => String(action ?? event));
    expect(names.toSorted()).toEqual(['cancelled', 'patientCreated', 'queued', 'rescheduled', 'scheduled', 'scheduled']);
    expect(webhooks.flatMap(({ headers, rawBody }) => check.webhookProblems({ headers, body: rawBody }))).toEqual([]);
    for (const { headers, rawBody } of webhooks) {
      const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${rawBody}`;
      const digest = createHmac('sha256', Buffer.from(SECRET.slice(6), 'base64'))
        .update(signed)
        .digest('base64');
      expect(headers['webhook-signature']).toBe(`v1,${digest}`);
    }
  });

  it('was seen to give every answer that it has, each code of which is explained', () => {
    const codes = [...check.codes];

    expect([...check.seen].sort()).toEqual(EXPECTED.toSorted());
    expect(codes.length).toBeGreaterThan(15);
    expect(codes.filter(code => !check.document.info.description.includes(`\`${code}\``))).toEqual([]);
  });
});
