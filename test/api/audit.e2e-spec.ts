import { randomBytes, randomUUID } from 'node:crypto';
import { ModulesContainer, Reflector } from '@nestjs/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { AuditChainCron } from '../../src/audit/audit-chain.cron.js';
import { AuditChains } from '../../src/audit/audit-chain.service.js';
import { AUDIT_METADATA, type AuditMode } from '../../src/audit/audit.decorators.js';
import { PUBLIC, SCOPE_METADATA } from '../../src/auth/auth.decorators.js';
import { acrossFacilities } from '../../src/database/facility-scope.js';
import { eventually } from '../support/eventually.js';
import { createFacility } from '../support/factories.js';
import type { Answer } from '../support/hub.js';
import { aPatient, startJourney, type Journey } from '../support/journey.js';

interface Entry {
  id: string;
  keyId: string;
  action: string;
  phase: string;
  status: number | null;
  subjectId: string | null;
  contactIds: string[];
  requestId: string;
  reason: string | null;
}

/** Routes with a key that show nothing of a patient, and change nothing. */
const UNAUDITED = [
  'findNextSlots',
  'getAvailability',
  'getCalendar',
  'getFacility',
  'getGoLive',
  'listCalendarSyncs',
  'listCalendars',
  'listFacilities',
  'listNotificationTemplates',
];

describe('The audit log', () => {
  let journey: Journey;
  let facilityId: string;
  let contactId: string;
  let appointmentId: string;
  let key: { id: string; headers: Record<string, string> };

  beforeAll(async () => {
    journey = await startJourney();
    ({ facilityId } = journey);
    const booked = await journey.book({
      contact: aPatient(),
      ...journey.ids('cal-cardiology', 'type-consultation'),
      start: '2026-10-05T13:00:00+08:00',
    });
    contactId = booked.body.contactId as string;
    appointmentId = booked.body.id as string;
    const { body } = await journey.hub.call('POST', '/api-keys', { name: 'Reader', scopes: ['write'], facilityIds: [facilityId] });
    key = { id: body.id as string, headers: { authorization: `Bearer ${body.key as string}` } };
  });
  afterAll(() => journey.close());

  const entries = async (query: Record<string, string> = {}): Promise<Entry[]> =>
    (await journey.hub.call('GET', `/facilities/${facilityId}/audit-log?${String(new URLSearchParams(query))}`)).body.data as Entry[];
  const asReader = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    journey.hub.call(method, path, body, { ...key.headers, ...headers });
  const lastOf = async (action: string): Promise<Entry | undefined> => (await entries({ keyId: key.id, action }))[0];
  const verify = (id = facilityId): ReturnType<AuditChains['verify']> =>
    acrossFacilities(() => journey.hub.app.get(AuditChains).verify(id, new Date('2100-01-01T00:00:00Z')));
  const chained = async (): Promise<void> => {
    await eventually('all is chained', async () => {
      await journey.hub.app.get(AuditChainCron).tick();
      return (await verify()).late === 0;
    });
  };

  it('says who read whom, with the reason and the request', async () => {
    const requestId = randomBytes(16).toString('hex');

    await asReader('GET', `/contacts/${contactId}`, undefined, { 'audit-reason': 'Patient asked by phone', 'x-request-id': requestId });

    expect(await lastOf('getContact')).toMatchObject({
      keyId: key.id,
      phase: 'answered',
      status: 200,
      subjectId: contactId,
      contactIds: [contactId],
      requestId,
      reason: 'Patient asked by phone',
    });
    const [row] = await journey.hub.sql<{ text: string }>('select audit_entry::text as text from audit_entry where request_id = $1', [
      requestId,
    ]);
    expect(row?.text).not.toContain('asked by phone');
  });

  it.each<[string, () => Promise<Answer>, () => string]>([
    ['searchContacts', () => asReader('POST', `/facilities/${facilityId}/contacts/search`, { phone: aPatient().phone }), () => facilityId],
    ['getAppointment', () => asReader('GET', `/appointments/${appointmentId}`), () => appointmentId],
    ['listAppointments', () => asReader('GET', `/facilities/${facilityId}/appointments`), () => facilityId],
    ['changeContact', () => asReader('PATCH', `/contacts/${contactId}`, { locale: 'fil' }), () => contactId],
  ])('%s names the patients whose data it showed', async (action, act, subject) => {
    await act();

    const entry = await lastOf(action);

    expect(entry).toMatchObject({ phase: 'answered', status: 200, subjectId: subject() });
    expect(entry?.contactIds).toContain(contactId);
  });

  it('keeps what was refused, too', async () => {
    const unknown = randomUUID();
    await asReader('GET', `/contacts/${unknown}`);
    await asReader('PATCH', `/contacts/${contactId}`, { dateOfBirth: 'no date' });

    expect(await lastOf('getContact')).toMatchObject({ status: 404, subjectId: unknown, contactIds: [] });
    expect(await lastOf('changeContact')).toMatchObject({ status: 400, subjectId: contactId });
  });

  it('has a booking before it is tried, and what came of it', async () => {
    const booked = await asReader(
      'POST',
      `/facilities/${facilityId}/appointments`,
      { contactId, ...journey.ids('cal-cardiology', 'type-consultation'), start: '2026-10-05T15:00:00+08:00' },
      { 'idempotency-key': randomUUID() },
    );

    expect(booked.status).toBe(201);
    const found = await eventually('the answer is on record', async () => {
      const of = await entries({ keyId: key.id, action: 'bookAppointment' });
      return of.length === 2 && of;
    });
    expect(found.map(({ phase, status, contactIds }) => ({ phase, status, contactIds }))).toEqual([
      { phase: 'answered', status: 201, contactIds: [contactId] },
      { phase: 'begun', status: null, contactIds: [] },
    ]);
  });

  it('answers which patients a key has read in a time, and who has read a patient', async () => {
    const read = await entries({ keyId: key.id, from: '2026-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' });
    const ofPatient = await entries({ contactId });

    expect(new Set(read.flatMap(entry => entry.contactIds))).toContain(contactId);
    expect(ofPatient.every(entry => entry.contactIds.includes(contactId))).toBe(true);
    expect(new Set(ofPatient.map(entry => entry.keyId))).toEqual(new Set([key.id, 'configured']));
    expect(await entries({ keyId: key.id, to: '2026-01-01T00:00:00Z' })).toEqual([]);
  });

  it('is for those who administer the facility', async () => {
    const other = await createFacility(journey.hub, journey.sandbox, { name: 'Other Hospital (test)' });
    const { body } = await journey.hub.call('POST', '/api-keys', { name: 'Other admin', scopes: ['admin'], facilityIds: [other] });

    const foreign = await journey.hub.call('GET', `/facilities/${facilityId}/audit-log`, undefined, {
      authorization: `Bearer ${body.key as string}`,
    });

    expect((await asReader('GET', `/facilities/${facilityId}/audit-log`)).status).toBe(403);
    expect(foreign.status).toBe(404);
  });

  it('names each field that is wrong', async () => {
    const { status, body } = await journey.hub.call(
      'GET',
      `/facilities/${facilityId}/audit-log?keyId=a%20b&contactId=x&action=1&from=soon`,
    );

    expect(status).toBe(400);
    expect((body as { errors: { field: string }[] }).errors.map(({ field }) => field).sort()).toEqual([
      'action',
      'contactId',
      'from',
      'keyId',
    ]);
  });

  it('shows nothing that it could not put on record', async () => {
    await journey.hub.sql('alter table audit_entry add constraint broken check (action <> $$getTimeline$$) not valid');

    const refused = await asReader('GET', `/appointments/${appointmentId}/timeline`);
    await journey.hub.sql('alter table audit_entry drop constraint broken');

    expect(refused.status).toBe(500);
    expect((await asReader('GET', `/appointments/${appointmentId}/timeline`)).status).toBe(200);
  });

  it('can be added to, and no more, by the hub', async () => {
    const em = journey.hub.app.get(EntityManager).fork();
    for (const sql of [
      'update audit_entry set action = action',
      'delete from audit_entry',
      'delete from audit_link',
      'delete from audit_contact',
      'truncate audit_entry',
    ])
      await expect(acrossFacilities(() => em.execute(sql))).rejects.toThrow(/permission denied/);
  });

  it('finds who has read of a patient without a look at all that was done', async () => {
    await journey.hub.sql(
      `insert into audit_entry (id, facility_id, at, actor_id, action, phase, status, contact_ids, request_id)
       select gen_random_uuid(), $1, now(), 'configured', 'listAppointments', 'answered', 200, array[gen_random_uuid(), gen_random_uuid()], 'seeded'
       from generate_series(1, 20000)`,
      [facilityId],
    );
    await journey.hub.sql('analyze audit_entry, audit_contact');
    const asked: { sql: string; values: unknown[] }[] = [];
    const em = journey.hub.app.get(EntityManager);
    const connection = em.getConnection();
    const execute = connection.execute.bind(connection);
    connection.execute = ((sql: string, values: unknown[], ...rest: []) => {
      asked.push({ sql, values });
      return execute(sql, values, ...rest);
    }) as typeof connection.execute;
    const found = await entries({ contactId, action: 'getContact' });
    connection.execute = execute;

    const [search, ...others] = asked.filter(({ sql }) => sql.includes('audit_contact'));
    const plan = await acrossFacilities(() => em.fork().execute(`explain ${search?.sql ?? ''}`, search?.values ?? []));
    await journey.hub.sql(`delete from audit_entry where request_id = 'seeded'`);
    expect(found).not.toEqual([]);
    expect(others).toEqual([]);
    expect(JSON.stringify(plan)).toContain('audit_contact_pkey');
    expect(JSON.stringify(plan)).not.toMatch(/Seq Scan/);
  });

  it('is chained, and shows what was altered, taken out, or cut off', async () => {
    await chained();
    const whole = await verify();
    expect(whole).toMatchObject({ faults: [], late: 0 });
    expect(whole.entries).toBeGreaterThan(5);

    const [second] = await journey.hub.sql<{ entry_id: string }>(
      'select entry_id from audit_link where facility_id = $1 and position = 2',
      [facilityId],
    );
    await journey.hub.sql(`update audit_entry set actor_id = 'somebody-else' where id = $1`, [second?.entry_id]);
    expect((await verify()).faults).toEqual([{ position: 2, entryId: second?.entry_id, fault: 'entry-altered' }]);

    await journey.hub.sql('delete from audit_entry where id = $1', [second?.entry_id]);
    expect((await verify()).faults).toEqual([{ position: 2, entryId: second?.entry_id, fault: 'entry-missing' }]);
    await journey.hub.sql('delete from audit_link where facility_id = $1 and position = 2', [facilityId]);
    expect((await verify()).faults).toMatchObject([{ position: 2, fault: 'link-missing' }]);
  });

  it('is one chain, whoever adds to it at the same time', async () => {
    const other = await createFacility(journey.hub, journey.sandbox, { name: 'Busy Hospital (test)' });
    const put = (n: number): Promise<Answer> =>
      journey.hub.call('PUT', `/facilities/${other}/contacts`, { name: `Testa Number ${n}`, phone: `0917 000 ${String(1000 + n)}` });
    const cron = journey.hub.app.get(AuditChainCron);

    await Promise.all(Array.from({ length: 60 }, (_, n) => (n % 10 === 0 ? cron.tick() : put(n))));
    await eventually('all is chained', async () => {
      await cron.tick();
      return (await verify(other)).late === 0;
    });

    const report = await verify(other);
    expect(report.faults).toEqual([]);
    expect(report.entries).toBeGreaterThanOrEqual(54);
  });

  it('has every route with a key, but those that show nothing of a patient', async () => {
    const reflector = new Reflector();
    const kept: string[] = [];
    const left: string[] = [];
    for (const { controllers } of journey.hub.app.get(ModulesContainer).values()) {
      for (const { metatype } of controllers.values()) {
        if (typeof metatype !== 'function') continue;
        const prototype = metatype.prototype as Record<string, () => unknown>;
        for (const name of Object.getOwnPropertyNames(prototype).filter(n => n !== 'constructor')) {
          const handler = prototype[name] ?? (() => undefined);
          const operation = reflector.get<{ operationId?: string } | undefined>('swagger/apiOperation', handler)?.operationId;
          if (operation === undefined || reflector.getAllAndOverride(SCOPE_METADATA, [handler, metatype]) === PUBLIC) continue;
          const mode = reflector.getAllAndOverride<AuditMode | undefined>(AUDIT_METADATA, [handler, metatype]);
          (mode?.kind === 'none' ? left : kept).push(operation);
        }
      }
    }
    const count = async (): Promise<number> =>
      (await journey.hub.sql<{ n: number }>('select count(*)::int as n from audit_entry'))[0]?.n ?? 0;
    const before = await count();
    for (const path of ['', '/calendars', '/calendar-syncs', '/notification-templates'])
      expect((await asReader('GET', `/facilities/${facilityId}${path}`)).status).toBe(200);

    expect(left.sort()).toEqual(UNAUDITED);
    expect(kept.length).toBeGreaterThan(25);
    expect(await count()).toBe(before);
  });
});
