import { startSandbox, type RunningSandbox } from '../../src/sandbox/sandbox.js';
import { eventually } from '../support/eventually.js';
import { createFacility } from '../support/factories.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { aPatient, JOURNEY_NOW, syncedCalendars } from '../support/journey.js';
import { TestClock } from '../support/test-clock.js';
import { signed } from '../support/webhooks.js';
import { aRecordingProxy, exchangeProblems, type Exchange, type RecordingProxy } from './recording-proxy.js';
import { SchedulerApiCheck } from './scheduler-api.js';

const AT_13 = '2026-10-05T13:00:00+08:00';
const AT_14 = '2026-10-05T14:00:00+08:00';
const AT_15 = '2026-10-05T15:00:00+08:00';

describe('The hub, held against the document of the scheduling system API', () => {
  const check = new SchedulerApiCheck();
  let clock: TestClock;
  let hub: TestHub;
  let sandbox: RunningSandbox;
  /** Before the hospital, and before the hub. */
  let calls: RecordingProxy;
  let events: RecordingProxy;
  let facilityId: string;
  let webhook: { url: string; secret: string };
  let ids: Record<'calendarId' | 'appointmentTypeId', string>;

  beforeAll(async () => {
    clock = new TestClock(JOURNEY_NOW);
    sandbox = await startSandbox({ port: 0, clock, retryDelaysMs: [20] });
    calls = await aRecordingProxy({ origin: sandbox.url }, '/api/v1');
    hub = await startHub({ clock, config: { upstreamAllowedHosts: [calls.host] } });
    events = await aRecordingProxy({ origin: hub.url }, '/api/v1/webhooks');
    const { userId, apiKey } = sandbox.credentials;
    const auth = { scheme: 'basic', userId, apiKey };
    facilityId = await createFacility(
      hub,
      { baseUrl: '' },
      { scheduler: { connector: 'botmd', baseUrl: `${calls.url}/api/v1`, auth, idempotentCreate: true } },
    );
    const calendars = await syncedCalendars(hub, facilityId);
    const cardiology = calendars.find(({ externalId }) => externalId === 'cal-cardiology');
    const type = cardiology?.appointmentTypes.find(({ externalId }) => externalId === 'type-consultation');
    ids = { calendarId: cardiology?.id ?? '', appointmentTypeId: type?.id ?? '' };
    const { body: rotated } = await hub.call('POST', `/facilities/${facilityId}/webhook-secret`);
    const { body: facility } = await hub.call('GET', `/facilities/${facilityId}`);
    const { pathname } = new URL((facility as { webhook: { url: string } }).webhook.url);
    webhook = { url: events.url + pathname, secret: (rotated as { secret: string }).secret };
    sandbox.connectWebhook({ ...webhook, scheme: 'standard-webhooks' });
  });
  afterAll(async () => {
    await events.close();
    await hub.close();
    await calls.close();
    await sandbox.close();
  });

  const book = (start: string, key: string, contact = aPatient({ email: 'testa@example.org', nationalId: 'TEST-0001' })): Promise<Answer> =>
    hub.call('POST', `/facilities/${facilityId}/appointments`, { contact, ...ids, start, notes: 'Test' }, { 'idempotency-key': key });
  const problems = (): string[] => exchangeProblems(check, { calls, events });
  const sent = (method: string, path: RegExp): Exchange[] =>
    calls.exchanges.filter(({ request }) => request.method === method && path.test(request.path));
  const told = (name: string): Promise<Exchange> =>
    eventually(`${name} is told`, () => events.exchanges.find(({ request }) => request.body.includes(`"${name}"`)));

  it('syncs the calendars over pages', () => {
    const pages = sent('GET', /^\/calendars$/);

    expect(pages.some(({ request }) => request.query.has('page'))).toBe(true);
    expect(problems()).toEqual([]);
  });

  it('checks the connection at each endpoint that can be asked', async () => {
    const { body } = await hub.call('POST', `/facilities/${facilityId}/connection-check`);

    expect(body).toMatchObject({ ok: true });
    expect(sent('GET', /^\/patient$/)).toHaveLength(1);
    expect(problems()).toEqual([]);
  });

  it('plays journeys 1, 3 and 2', async () => {
    const booked = await book(AT_13, 'contract-1');
    const id = String(booked.body.id);
    const moved = await hub.call('PUT', `/appointments/${id}/reschedule`, { start: AT_14 });
    const canceled = await hub.call('PUT', `/appointments/${id}/cancel`, { reason: 'Travelling' });
    await told('cancelled');

    const [create] = sent('POST', /^\/appointments$/);
    const created = JSON.parse(create?.request.body ?? '') as Record<string, unknown>;

    expect([booked.status, moved.status, canceled.status]).toEqual([201, 200, 200]);
    expect(created).toMatchObject({ external_reference: id, datetime: AT_13, patient: { national_id: 'TEST-0001' } });
    expect(create?.request.headers['idempotency-key']).toBe(id);
    expect([sent('PUT', /\/reschedule$/).length, sent('PUT', /\/cancel$/).length]).toEqual([1, 1]);
    expect(problems()).toEqual([]);
  });

  it('books for a patient of whom no more than the name is known, at a calendar without types', async () => {
    const calendars = await hub.call('GET', `/facilities/${facilityId}/calendars?limit=200`);
    const laboratory = (calendars.body as { data: { id: string; externalId: string; appointmentTypes: { id: string }[] }[] }).data.find(
      ({ externalId }) => externalId === 'cal-laboratory',
    );
    const at = { calendarId: laboratory?.id, appointmentTypeId: laboratory?.appointmentTypes[0]?.id };
    const month = await hub.call(
      'GET',
      `/facilities/${facilityId}/availability?month=2026-10&${new URLSearchParams(at as never).toString()}`,
    );
    const start = (month.body as { days: { slots: { start: string }[] }[] }).days[1]?.slots[0]?.start;

    const booked = await hub.call(
      'POST',
      `/facilities/${facilityId}/appointments`,
      { contact: { name: 'Testa Nameonly' }, ...at, start },
      { 'idempotency-key': 'contract-2' },
    );

    expect(booked.status).toBe(201);
    expect(sent('POST', /^\/appointments$/).at(-1)?.request.body).not.toContain('appointment_type_id');
    expect(problems()).toEqual([]);
  });

  it('asks the list by reference for what became of a booking whose answer was lost', async () => {
    calls.loseNextAnswer('POST', '/appointments');

    const booked = await book(AT_15, 'contract-3', aPatient({ name: 'Testa Lostanswer', phone: '0917 000 0003' }));
    const id = String(booked.body.id);
    await eventually('the booking is settled', async () => {
      clock.advance(1_000);
      return (await hub.call('GET', `/appointments/${id}`)).body.status === 'SCHEDULED';
    });

    expect(booked.status).toBe(202);
    expect(sandbox.appointments().filter(({ externalReference }) => externalReference === id)).toHaveLength(1);
    expect(problems()).toEqual([]);
  });

  it('asks the list by range to compare', async () => {
    clock.advance(1_000);

    await hub.call('POST', `/facilities/${facilityId}/drift`, {});

    await eventually('a comparison has asked', () =>
      sent('GET', /^\/appointments$/).some(({ request }) => request.query.has('calendar_id')),
    );
    expect(problems()).toEqual([]);
  });

  it('asks the list by patient where a webhook leaves the time open', async () => {
    const [known] = sandbox.appointments().filter(({ status }) => status === 'scheduled');
    const body = JSON.stringify({
      action: 'rescheduled',
      appointment_id: known?.appointmentId,
      temporary_patient_id: known?.temporaryPatientId,
      occurred_at: clock.now().toISOString(),
    });

    await fetch(webhook.url, { method: 'POST', headers: signed(webhook.secret, 'msg_without-time', clock.now(), body), body });

    const byPatient = (): boolean => sent('GET', /^\/appointments$/).some(({ request }) => request.query.has('temporary_patient_id'));
    await eventually('the list is asked', byPatient);
    expect(problems()).toEqual([]);
  });

  it('takes what staff do', async () => {
    const staff = async (path: string, body?: object): Promise<Record<string, Record<string, string>>> => {
      const response = await fetch(`${sandbox.url}/staff${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${sandbox.credentials.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(body ?? {}),
      });
      return (await response.json()) as Record<string, Record<string, string>>;
    };
    const { appointment } = await staff('/appointments', {
      calendar_id: 'cal-cardiology',
      appointment_type_id: 'type-consultation',
      datetime: '2026-10-06T13:00:00+08:00',
      patient: { name: 'Testa Walkin', phone: '0917 000 0004' },
    });
    await staff(`/patients/${appointment?.['temporary_patient_id'] ?? ''}/permanent-id`);
    await staff(`/appointments/${appointment?.['appointment_id'] ?? ''}/check-in`);

    await told('patientCreated');
    await told('queued');

    expect(problems()).toEqual([]);
    expect(events.exchanges.every(({ answer }) => answer.status === 202)).toBe(true);
  });
});
