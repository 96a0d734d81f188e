import { randomUUID } from 'node:crypto';
import { CalendarSyncCron } from '../../src/calendars/calendar-sync.cron.js';
import { createFacility } from '../support/factories.js';
import type { Answer } from '../support/hub.js';
import { aPatient, startJourney, syncedCalendars, type Journey } from '../support/journey.js';
import { fetchOpenApi, routesOf, type Route } from '../support/openapi.js';
import { webhookSender } from '../support/webhooks.js';

/** Routes of no facility: an id in them is none of a tenant's. A webhook's token is its own: it needs no key. */
const NO_TENANT = ['revokeApiKey', 'receiveWebhook', 'dryRunWebhook', 'receiveProviderCallback', 'verifyMessengerCallback'];

/** Two contacts of the hospital's turned out to be one. */
async function aMerge({ hub, facilityId, clock }: Journey): Promise<{ webhookEventId: string; mergeId: string; keptContactId: string }> {
  const sender = await webhookSender(hub, facilityId, () => clock.now());
  const booking = {
    action: 'scheduled',
    name: 'Testa Merged',
    datetime: '2026-10-07T13:00:00+08:00',
    occurred_at: '2026-10-01T07:00:00+08:00',
  };
  await sender.sent({ ...booking, appointment_id: 'M-1', temporary_patient_id: 'TM-1' });
  await sender.sent({ ...booking, appointment_id: 'M-2', patient_id: 'PM-1' });
  const { id, contactId } = await sender.sent({ patientId: 'PM-1', temporaryPatientId: 'TM-1' });
  const { body } = await hub.call('GET', `/contacts/${contactId ?? ''}/merges`);
  return { webhookEventId: id, mergeId: (body as { data: { id: string }[] }).data[0]?.id ?? '', keptContactId: contactId ?? '' };
}

describe('A key that is bound to one facility', () => {
  let journey: Journey;
  let headers: Record<string, string>;
  let own: string;
  let routes: Route[];
  /** Of the other facility, by the parameters' names. */
  let foreign: Record<string, string>;
  let unknown: Record<string, string>;

  beforeAll(async () => {
    journey = await startJourney();
    const { hub, facilityId } = journey;
    own = await createFacility(hub, journey.sandbox, { scheduler: schedulerOf(journey) });
    // The facilities' first syncs are due: they are opened now, and not while the routes are tried.
    await hub.app.get(CalendarSyncCron).tick();
    const key = await hub.call('POST', '/api-keys', { name: 'Bound', scopes: ['admin'], facilityIds: [own] });
    headers = { authorization: `Bearer ${key.body.key}` };
    routes = routesOf(await fetchOpenApi(hub));
    const ids = journey.ids('cal-cardiology', 'type-consultation');
    const booked = await journey.book({ contact: aPatient(), ...ids, start: '2026-10-05T13:00:00+08:00' });
    const { webhookEventId, mergeId, keptContactId } = await aMerge(journey);
    const { body: told } = await hub.call('GET', `/facilities/${facilityId}/notifications?appointmentId=${booked.body.id as string}`);
    const notificationId = (told as { data: { id: string }[] }).data[0]?.id ?? '';
    const held = await hub.call('POST', `/facilities/${facilityId}/slot-holds`, { ...ids, start: '2026-10-05T16:00:00+08:00' });
    expect(held.status).toBe(201);
    const foreignIds = { facilityId, calendarId: ids.calendarId, contactId: keptContactId, id: booked.body.id as string };
    foreign = { ...foreignIds, webhookEventId, mergeId, notificationId, holdId: held.body.id as string };
    unknown = Object.fromEntries(Object.keys(foreign).map(name => [name, randomUUID()]));
  });
  afterAll(() => journey.close());

  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    journey.hub.call(method, path, body, { ...headers, 'idempotency-key': randomUUID() });
  const filled = (path: string, ids: Record<string, string>): string =>
    path.replace('/api/v1', '').replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? `no-id-for-${name}`);
  /** A body and a query that would be taken. */
  const validFor = (operationId: string): { body?: unknown; query?: Record<string, string> } => {
    const ids = journey.ids('cal-cardiology', 'type-consultation');
    const start = '2026-10-05T15:00:00+08:00';
    const bodies: Record<string, unknown> = {
      changeFacility: { name: 'Taken Over' },
      setFacilityStatus: { status: 'inactive' },
      putContact: aPatient(),
      searchContacts: { phone: '0917 000 0001' },
      reportChannelEvent: { channel: 'sms', address: '0917 000 0001', type: 'opt-out', at: '2026-10-01T07:00:00+08:00' },
      setNotificationTemplate: { kind: 'booked', locale: 'en', medium: 'sms', text: '{facility}: taken over.' },
      changeContact: { name: 'Taken Over' },
      changeCalendar: { enabled: false },
      holdSlot: { ...ids, start },
      bookAppointment: { contact: aPatient(), ...ids, start },
      rescheduleAppointment: { start },
      cancelAppointment: { reason: 'Taken over' },
      startDrift: {},
      repairDrift: { repairs: [{ findingId: randomUUID(), action: 'dismiss' }] },
      replayWebhookEvents: { since: '2026-01-01T00:00:00Z', outcome: 'held' },
    };
    return { body: bodies[operationId], query: operationId === 'getAvailability' ? { month: '2026-10', ...ids } : {} };
  };
  const withoutIds = (answer: Answer, ids: Record<string, string>): unknown => {
    const { requestId: _, ...problem } = answer.body as Record<string, unknown>;
    return [answer.status, Object.values(ids).reduce((text, id) => text.replaceAll(id, 'ID'), JSON.stringify(problem))];
  };

  it('is answered on every route of another facility as if there were nothing, and changes nothing', async () => {
    const before = await stateOf(journey, foreign);
    const scoped = routes.filter(r => r.path.includes('{') && !NO_TENANT.includes(r.operation.operationId ?? ''));

    for (const { method, path, operation } of scoped) {
      const { body, query } = validFor(operation.operationId ?? '');
      const search = query && Object.keys(query).length > 0 ? `?${String(new URLSearchParams(query))}` : '';
      const ofForeign = await call(method, filled(path, foreign) + search, body);
      const ofUnknown = await call(method, filled(path, unknown) + search, body);

      expect([operation.operationId, ofForeign.status]).toEqual([operation.operationId, 404]);
      expect(withoutIds(ofForeign, foreign)).toEqual(withoutIds(ofUnknown, unknown));
    }

    expect(scoped.length).toBeGreaterThan(20);
    expect(await stateOf(journey, foreign)).toEqual(before);
  });

  it('reaches nothing of another facility through its own', async () => {
    const calendar = (await syncedCalendars(journey.hub, own)).find(c => c.externalId === 'cal-cardiology');
    const { calendarId = '', contactId = '', id = '', holdId = '' } = foreign;
    const type = calendar?.appointmentTypes.find(t => t.externalId === 'type-consultation')?.id;
    const month = (ids: Record<string, string>): string =>
      `/facilities/${own}/availability?${String(new URLSearchParams({ month: '2026-10', ...ids }))}`;
    const start = '2026-10-05T15:00:00+08:00';
    const ids = journey.ids('cal-cardiology', 'type-consultation');
    const ownIds = { calendarId: calendar?.id, appointmentTypeId: type };

    const answers = [
      await call('GET', `/facilities/${own}/calendars/${calendarId}`),
      await call('PATCH', `/facilities/${own}/calendars/${calendarId}`, { enabled: false }),
      await call('GET', month(ids)),
      await call('POST', `/facilities/${own}/appointments`, { contact: aPatient(), ...ids, start }),
      await call('POST', `/facilities/${own}/appointments`, { contactId, ...ownIds, start }),
      await call('POST', `/facilities/${own}/appointments`, { contact: aPatient(), ...ownIds, start, holdId }),
      await call('POST', `/facilities/${own}/slot-holds`, { ...ids, start }),
      await call('DELETE', `/facilities/${own}/slot-holds/${holdId}`),
    ];
    const lists = [
      await call('GET', `/facilities/${own}/appointments`),
      await call('GET', `/facilities/${own}/appointments?contactId=${contactId}`),
      await call('POST', `/facilities/${own}/contacts/search`, { phone: '0917 000 0001' }),
    ];
    const facilities = await call('GET', '/facilities?limit=200');

    expect(answers.map(a => a.status)).toEqual(answers.map(() => 404));
    expect(lists.map(a => [a.status, a.body.data])).toEqual(lists.map(() => [200, []]));
    expect((facilities.body.data as { id: string }[]).map(f => f.id)).toEqual([own]);
    expect(JSON.stringify([...answers, ...lists].map(a => a.body.data ?? ''))).not.toContain(id);
  });

  it('is asked for also where a month of slots is kept in memory', async () => {
    const { hub, facilityId, clock } = journey;
    const ids = journey.ids('cal-cardiology', 'type-consultation');
    const path = `/facilities/${facilityId}/availability?${String(new URLSearchParams({ month: '2026-10', ...ids }))}`;
    const aKey = async (more: Record<string, unknown>): Promise<{ id: string; read: () => Promise<number> }> => {
      const { body } = await hub.call('POST', '/api-keys', { name: 'Test', scopes: ['read'], ...more });
      const read = async (): Promise<number> => (await hub.call('GET', path, undefined, { authorization: `Bearer ${body.key}` })).status;
      return { id: body.id, read };
    };
    const revoked = await aKey({});
    const expiring = await aKey({ expiresAt: new Date(clock.now().getTime() + 5_000).toISOString() });
    const elsewhere = await aKey({ facilityIds: [own] });
    const lasting = await aKey({});

    const before = [await lasting.read(), await revoked.read(), await revoked.read(), await expiring.read(), await expiring.read()];
    await hub.call('DELETE', `/api-keys/${revoked.id}`);
    const afterRevoking = [await revoked.read(), await elsewhere.read(), await elsewhere.read()];
    clock.advance(5_000);
    const afterExpiry = [await expiring.read(), await lasting.read()];
    await hub.call('DELETE', `/facilities/${facilityId}`);
    const afterDeactivation = await lasting.read();

    expect(before).toEqual([200, 200, 200, 200, 200]);
    expect(afterRevoking).toEqual([401, 404, 404]);
    expect(afterExpiry).toEqual([401, 200]);
    expect(afterDeactivation).toBe(409);
  });
});

function schedulerOf({ sandbox }: Journey): Record<string, unknown> {
  const { scheme, userId, apiKey, headerName } = sandbox.credentials;
  return { connector: 'botmd', baseUrl: sandbox.baseUrl, auth: { scheme, userId, apiKey, headerName } };
}

/** Of the other facility, all that the routes could have changed. */
async function stateOf({ hub, sandbox }: Journey, { facilityId, contactId, id }: Record<string, string>): Promise<unknown> {
  const paths = [
    `/facilities/${facilityId}`,
    `/facilities/${facilityId}/calendars?limit=200`,
    `/facilities/${facilityId}/appointments`,
    `/appointments/${id}/timeline`,
    `/contacts/${contactId}`,
  ];
  const counts = await hub.sql(
    `select (select count(*) from contact) contacts, (select count(*) from calendar_sync where facility_id = $1) syncs,
       (select count(*) from drift_run where facility_id = $1) comparisons,
       (select json_agg(h) from slot_hold h where facility_id = $1) holds, (select json_agg(c) from slot_claim c where facility_id = $1) claims`,
    [facilityId],
  );
  const bodies = await Promise.all(paths.map(async path => (await hub.call('GET', path)).body as unknown));
  return { counts, bodies, atHospital: sandbox.appointments() };
}
