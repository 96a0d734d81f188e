import { randomUUID } from 'node:crypto';
import { MikroORM, type EntityName } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { SchedulerRegistry } from '@nestjs/schedule';
import { PUBLIC } from '../../src/auth/auth.decorators.js';
import { isId } from '../../src/common/ids.js';
import { acrossFacilities, withinFacilities } from '../../src/database/facility-scope.js';
import { createFacility } from '../support/factories.js';
import { eventually } from '../support/eventually.js';
import { facilityTables, rowsOfFacility } from '../support/facility-tables.js';
import { aPatient, startJourney, syncedCalendars, type Journey } from '../support/journey.js';
import { fetchOpenApi, routesOf, type OpenApi, type Operation } from '../support/openapi.js';
import { routesOfRouter, type RouterRoute } from '../support/router.js';
import { webhookSender } from '../support/webhooks.js';

/** Nobody's data is behind these: keys bound to facilities may not use them at all. */
const FOR_UNBOUND_KEYS = ['createFacility', 'createApiKey', 'listApiKeys', 'revokeApiKey'];
/** Tables of which the other facility has no row here: all else must have one, so that its ids are tried. */
const WITHOUT_ROWS = ['notification_receipt'];
const NOBODY = '01999c5e-0000-7000-8000-00000000000f';
const START = '2026-10-05T15:00:00+08:00';
/** Of the other facility's patients. */
const VICTIM = 'Victima Inventada';

interface Sent {
  path: Record<string, string>;
  query: Record<string, string>;
  body: Record<string, unknown> | undefined;
}

describe('What a key of one facility gets by the ids of another', () => {
  let journey: Journey;
  let headers: Record<string, string>;
  let document: OpenApi;
  let routes: RouterRoute[];
  let own: Record<string, string>;
  /** Of the other facility: an id of each table, and what else names something of its. */
  let foreign: Map<string, string>;

  beforeAll(async () => {
    journey = await startJourney({ notifications: { channels: [{ channel: 'log' }] } });
    const { hub } = journey;
    const { scheme, userId, apiKey, headerName } = journey.sandbox.credentials;
    const scheduler = { connector: 'botmd', baseUrl: journey.sandbox.baseUrl, auth: { scheme, userId, apiKey, headerName } };
    own = await ownIds(await createFacility(hub, journey.sandbox, { scheduler }));
    foreign = await foreignIds();
    const key = await hub.call('POST', '/api-keys', { name: 'Bound', scopes: ['admin'], facilityIds: [own['facilityId']] });
    headers = { authorization: `Bearer ${key.body.key}` };
    document = await fetchOpenApi(hub);
    // The console knows no keys: test/console/access.e2e-spec.ts.
    routes = routesOfRouter(hub.app).filter(({ declared, path }) => declared !== null && !path.startsWith('/console'));
    await fallSilent();
  }, 60_000);
  afterAll(() => journey.close());

  /** What the facility of the key has itself, by the parameters' names. */
  const ownIds = async (facilityId: string): Promise<Record<string, string>> => {
    const { hub } = journey;
    const calendar = (await syncedCalendars(hub, facilityId)).find(({ externalId }) => externalId === 'cal-cardiology');
    const calendarId = calendar?.id ?? '';
    const appointmentTypeId = calendar?.appointmentTypes.find(type => type.externalId === 'type-consultation')?.id ?? '';
    const slot = { calendarId, appointmentTypeId };
    const contact = aPatient({ name: 'Propia Inventada', phone: '0917 000 0009' });
    const idempotent = { 'idempotency-key': randomUUID() };
    const booking = { contact, ...slot, start: '2026-10-05T14:00:00+08:00' };
    const booked = await hub.call('POST', `/facilities/${facilityId}/appointments`, booking, idempotent);
    const held = await hub.call('POST', `/facilities/${facilityId}/slot-holds`, { ...slot, start: '2026-10-06T14:00:00+08:00' });
    const { id, contactId } = booked.body as { id: string; contactId: string };
    return { facilityId, ...slot, id, contactId, holdId: held.body.id as string };
  };

  const foreignIds = async (): Promise<Map<string, string>> => {
    const { hub, facilityId, clock } = journey;
    const slot = journey.ids('cal-cardiology', 'type-consultation');
    const address = { channel: 'viber', address: 'victim-viber' };
    const contact = aPatient({ name: VICTIM, nationalId: 'VICTIM-1', email: 'victim@hospital.example', channels: [address] });
    const booked = await journey.book({ contact, ...slot, start: '2026-10-05T13:00:00+08:00', notes: VICTIM });
    expect((await hub.call('POST', `/facilities/${facilityId}/slot-holds`, { ...slot, start: '2026-10-05T16:00:00+08:00' })).status).toBe(
      201,
    );
    await hub.call('POST', `/facilities/${facilityId}/channel-events`, { ...address, type: 'inbound', at: '2026-10-01T07:00:00+08:00' });
    await hub.call('PUT', `/facilities/${facilityId}/notification-templates`, {
      ...{ kind: 'booked', locale: 'en', medium: 'sms' },
      text: '{facility}: victim.',
    });
    const sender = await webhookSender(hub, facilityId, () => clock.now());
    const event = { action: 'scheduled', name: VICTIM, datetime: '2026-10-07T13:00:00+08:00', occurred_at: '2026-10-01T07:00:00+08:00' };
    await sender.sent({ ...event, appointment_id: 'VM-1', temporary_patient_id: 'VTM-1' });
    await sender.sent({ ...event, appointment_id: 'VM-2', patient_id: 'VPM-1' });
    await sender.sent({ patientId: 'VPM-1', temporaryPatientId: 'VTM-1' });
    await journey.staff('POST', '/appointments', {
      ...{ calendar_id: 'cal-cardiology', appointment_type_id: 'type-consultation', datetime: '2026-10-06T15:00:00+08:00' },
      patient: { name: VICTIM, date_of_birth: '1990-01-01' },
    });
    await hub.call('POST', `/facilities/${facilityId}/drift`, {});
    await eventually('the comparison has ended', async () => {
      const { body } = await hub.call('GET', `/facilities/${facilityId}/drift`);
      return (body as { run: { finishedAt: string | null } }).run.finishedAt;
    });
    const key = await hub.call('POST', '/api-keys', { name: 'Victim', scopes: ['admin'], facilityIds: [facilityId] });
    const ids = new Map([
      ['api key', key.body.id as string],
      ['hospital’s appointment', booked.body.appointmentId as string],
      ['hospital’s patient', 'VPM-1'],
      ['hospital’s temporary patient', 'VTM-1'],
    ]);
    for (const { name, key: column, hasId } of await facilityTables(hub)) {
      if (!hasId) continue;
      const [row] = await hub.sql<{ id: string }>(`select id from ${name} where ${column} = $1 order by id desc limit 1`, [facilityId]);
      if (row) ids.set(name, row.id);
    }
    return ids;
  };

  /** Nothing of the hub's own work is to change a row while the routes are tried. */
  const fallSilent = async (): Promise<void> => {
    const timers = journey.hub.app.get(SchedulerRegistry, { strict: false });
    for (const name of timers.getIntervals()) timers.deleteInterval(name);
    for (const job of timers.getCronJobs().values()) await job.stop();
    let last = '';
    await eventually('the jobs have ended', async () => {
      const [{ busy } = { busy: 1 }] = await journey.hub.sql<{ busy: number }>(
        `select (select count(*) from notification where status in ('expected', 'sending') and send_after <= $1)::int
           + (select count(*) from calendar_sync where status = 'running')::int
           + (select count(*) from pgboss.job where state in ('created', 'retry', 'active') and start_after <= now())::int as busy`,
        [journey.clock.now()],
      );
      const before = last;
      last = JSON.stringify(await rowsOfFacility(journey.hub, journey.facilityId));
      return busy === 0 && before === last ? true : null;
    });
  };

  const operationOf = ({ operationId }: RouterRoute): Operation | undefined =>
    routesOf(document).find(({ operation }) => operation.operationId === operationId)?.operation;

  /** Bodies that would be taken, of the key's own facility. A route that takes a body must have one here. */
  const bodyOf = (operationId: string): Record<string, unknown> => {
    const { calendarId, appointmentTypeId } = own;
    const channelEvent = { channel: 'sms', address: '0917 000 0001', type: 'opt-out', at: '2026-10-01T07:00:00+08:00' };
    const bodies: Record<string, Record<string, unknown>> = {
      createFacility: { name: 'Test Taken Over' },
      createApiKey: { name: 'Test', scopes: ['admin'], facilityIds: [own['facilityId']] },
      changeFacility: { name: 'Test Taken Over' },
      setFacilityStatus: { status: 'testing', reason: 'Taken over' },
      putContact: aPatient({ name: 'Propia Inventada', phone: '0917 000 0009' }),
      searchContacts: { phone: '0917 000 0001' },
      reportChannelEvent: channelEvent,
      setNotificationTemplate: { kind: 'booked', locale: 'en', medium: 'sms', text: '{facility}: taken over.' },
      changeContact: { name: 'Propia Inventada' },
      changeCalendar: { enabled: true },
      holdSlot: { calendarId, appointmentTypeId, start: START },
      bookAppointment: { contactId: own['contactId'], calendarId, appointmentTypeId, start: START },
      rescheduleAppointment: { start: START },
      cancelAppointment: { reason: 'Taken over' },
      markAppointmentReviewed: { note: 'Taken over' },
      resendNotification: { reason: 'Taken over' },
      startDrift: {},
      repairDrift: { repairs: [{ findingId: randomUUID(), action: 'dismiss' }] },
      replayWebhookEvents: { since: '2026-01-01T00:00:00Z', outcome: 'held' },
      receiveWebhook: { action: 'scheduled' },
      dryRunWebhook: { action: 'scheduled' },
      receiveProviderCallback: { event: 'delivered' },
    };
    const body = bodies[operationId];
    if (!body) throw new Error(`A body of ${operationId} that would be taken is not known here: add one`);
    return body;
  };
  const queryOf = (operationId: string | null): Record<string, string> => {
    const { calendarId = '', appointmentTypeId = '' } = own;
    return operationId === 'getAvailability' ? { month: '2026-10', calendarId, appointmentTypeId } : {};
  };
  /** A request that the key may make, as far as it has such ids itself. */
  const ownRequest = (route: RouterRoute): Sent => {
    const params = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
    const values: Record<string, string> = { channel: 'viber', ...own };
    const operation = operationOf(route);
    return {
      path: Object.fromEntries(params.map(name => [name, values[name] ?? randomUUID()])),
      query: queryOf(route.operationId),
      body: operation?.requestBody ? bodyOf(route.operationId ?? '') : undefined,
    };
  };
  /** The same request with `id` in one of its places: in the path, in the query, in the body. */
  const placesOf = (route: RouterRoute): { place: string; with: (id: string) => Sent }[] => {
    const request = ownRequest(route);
    const { parameters = [], requestBody } = operationOf(route) ?? {};
    const queried = parameters.filter(p => p.in === 'query' && (p.schema?.['format'] === 'uuid' || /id$/i.test(p.name)));
    const reference = requestBody?.content['application/json']?.schema?.['$ref'] as string | undefined;
    return [
      ...Object.keys(request.path)
        .filter(name => name !== 'channel')
        .map(name => ({ place: `path ${name}`, with: (id: string) => ({ ...request, path: { ...request.path, [name]: id } }) })),
      ...queried.map(({ name }) => ({
        place: `query ${name}`,
        with: (id: string) => ({ ...request, query: { ...request.query, [name]: id } }),
      })),
      ...idsIn(reference?.split('/').at(-1) ?? '').map(way => ({
        place: `body ${way.join('.')}`,
        with: (id: string) => ({ ...request, body: withValue(request.body ?? {}, way, id) }),
      })),
    ];
  };
  /** Where in a body of this type ids are, by the document; `0` is a list's first. */
  const idsIn = (name: string): string[][] => {
    const ways = (schema: Record<string, unknown>): string[][] => {
      const parts = [schema, ...((schema['allOf'] ?? schema['anyOf'] ?? []) as Record<string, unknown>[])];
      return parts.flatMap(part => {
        if (typeof part['$ref'] === 'string') return idsIn(part['$ref'].split('/').at(-1) ?? '');
        if (part['format'] === 'uuid') return [[]];
        if (part['items']) return ways(part['items'] as Record<string, unknown>).map(way => ['0', ...way]);
        return Object.entries((part['properties'] ?? {}) as Record<string, Record<string, unknown>>).flatMap(([property, inner]) =>
          ways(inner).map(way => [property, ...way]),
        );
      });
    };
    const schema = document.components.schemas[name];
    return schema ? ways(schema) : [];
  };
  const call = async (route: RouterRoute, { path, query, body }: Sent): Promise<Response> => {
    const search = Object.keys(query).length > 0 ? `?${String(new URLSearchParams(query))}` : '';
    return fetch(`${journey.hub.url}${route.path.replace(/:(\w+)/g, (_, name: string) => path[name] ?? '')}${search}`, {
      method: route.method,
      headers: { ...headers, 'idempotency-key': randomUUID(), ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  };
  /** All that the caller sees, but for the id that was sent and what differs from each request to the next. */
  const seen = async (response: Response, id: string): Promise<string> => {
    const own = ['date', 'x-request-id', 'ratelimit', 'content-length', 'etag'];
    const told = [...response.headers].filter(([name]) => !own.includes(name));
    const text = (await response.text()).replace(/"requestId":"[^"]*"/, '').replaceAll(id, 'ID');
    return JSON.stringify([response.status, told, text]);
  };

  it('is tried with ids of every kind that the database has', async () => {
    const tables = (await facilityTables(journey.hub)).filter(({ hasId }) => hasId).map(({ name }) => name);

    expect(tables.filter(name => !foreign.has(name))).toEqual(WITHOUT_ROWS);
    expect(foreign.size).toBeGreaterThan(20);
  });

  it('is what an unknown id gets, on every route of the router, in its path, its query and its body; nothing is read or written', async () => {
    const before = await rowsOfFacility(journey.hub, journey.facilityId);
    const wrong: string[] = [];
    let tried = 0;

    for (const route of routes) {
      for (const place of placesOf(route)) {
        const name = `${route.method} ${route.path}, ${place.place}`;
        const isBound = !FOR_UNBOUND_KEYS.includes(route.operationId ?? '') && route.declared !== PUBLIC;
        const ofNobody = await seen(await call(route, place.with(NOBODY)), NOBODY);
        for (const [kind, id] of foreign) {
          const ofForeign = await call(route, place.with(id));
          const foreignSeen = await seen(ofForeign, id);
          const other = isId(id) ? '' : unknownLike(id);
          const unknownSeen = other === '' ? ofNobody : await seen(await call(route, place.with(other)), other);
          tried += 1;
          if (foreignSeen !== unknownSeen) wrong.push(`${name}, ${kind}: ${foreignSeen} instead of ${unknownSeen}`);
          if (foreignSeen.includes('ictima')) wrong.push(`${name}, ${kind}: it tells who the patient is`);
          const isFound = isBound && place.place.startsWith('path') && ofForeign.status !== 404;
          if (isFound) wrong.push(`${name}, ${kind}: ${ofForeign.status}`);
        }
      }
    }

    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(1_000);
    expect(await rowsOfFacility(journey.hub, journey.facilityId)).toEqual(before);
  }, 240_000);

  it('is nothing from the database itself, with the ORM’s filter switched off, and by plain SQL in every table', async () => {
    const { hub, facilityId } = journey;
    const em = hub.app.get(EntityManager);
    const tables = await facilityTables(hub);
    const count = async (
      table: string,
      where: string,
      scope: (work: () => Promise<{ n: number }[]>) => Promise<{ n: number }[]>,
    ): Promise<number> =>
      (await scope(() => em.fork().execute<{ n: number }[]>(`select count(*)::int as n from ${table} ${where}`)))[0]?.n ?? -1;
    const entities = [...hub.app.get(MikroORM).getMetadata().getAll().values()].filter(meta => 'facilityId' in meta.properties);
    const found: string[] = [];

    for (const { name, key } of tables) {
      const where = `where ${key} = '${facilityId}'`;
      const rows = await count(name, where, acrossFacilities);
      if (rows === 0 && foreign.has(name)) found.push(`${name} is empty to the hub itself`);
      const toOther = await count(name, where, work => withinFacilities([own['facilityId'] ?? ''], work));
      const toNobody = await count(name, '', work => work());
      if (toOther !== 0 || toNobody !== 0) found.push(`${name}: ${toOther} to the other, ${toNobody} without a scope`);
    }
    for (const { class: entity } of entities) {
      const rows = await withinFacilities([own['facilityId'] ?? ''], () =>
        em.fork().find(entity as EntityName<{ facilityId: string }>, { facilityId }, { filters: false }),
      );
      if (rows.length > 0) found.push(`${entity.name}: ${rows.length} without the ORM’s filter`);
    }

    expect(found).toEqual([]);
    expect(tables.length).toBeGreaterThan(20);
    expect(entities.length).toBeGreaterThan(15);
  });
});

/** An id that nobody has, of the same shape: the path is told again in a problem only where it looks harmless. */
function unknownLike(id: string): string {
  return id.replace(/\w$/, last => (/\d/.test(last) ? String(9 - Number(last)) : last === 'x' ? 'y' : 'x'));
}

/** The body with another value at one place; a booking names its patient once. */
function withValue(body: Record<string, unknown>, [first = '', ...rest]: string[], value: string): Record<string, unknown> {
  if (rest.length === 0) return { ...body, [first]: value };
  const inner = body[first];
  if (Array.isArray(inner)) {
    const [, ...way] = rest;
    return { ...body, [first]: way.length === 0 ? [value] : [withValue(inner[0] as Record<string, unknown>, way, value)] };
  }
  return { ...body, [first]: withValue((inner ?? {}) as Record<string, unknown>, rest, value) };
}
