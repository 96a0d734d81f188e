import { EntityManager } from '@mikro-orm/core';
import { asWorker } from '../../src/database/worker-context.js';
import { ContactMergesService } from '../../src/appointments/contact-merges.service.js';
import { ContactMovesService } from '../../src/appointments/contact-moves.service.js';
import { EventRecordsService } from '../../src/appointments/event-records.service.js';
import type { PatientHospitalEvent } from '../../src/appointments/hospital-event.js';
import { Clock } from '../../src/common/clock.js';
import { ContactsService } from '../../src/contacts/contacts.service.js';
import type { ReportedPatient } from '../../src/contacts/reported-patient.js';
import { FacilitiesService } from '../../src/facilities/facilities.service.js';
import { aFacility } from '../support/factories.js';
import type { Answer, TestHub } from '../support/hub.js';
import { aPatient, startJourney, type Journey } from '../support/journey.js';
import { CALLER, asContact, batch, inTransaction, told, type Resolved } from './event-contacts.js';

const PHONE = '0917 123 4567';

let journey: Journey;
let hub: TestHub;
let facilityId: string;
let merges: ContactMergesService;
let caller = CALLER as { keyId: string; scopes: 'admin'[]; facilityIds: string[] | null };

beforeAll(async () => {
  journey = await startJourney();
  ({ hub } = journey);
  const [em, contacts, facilities, clock] = [EntityManager, ContactsService, FacilitiesService, Clock].map(type =>
    hub.app.get(type as never),
  );
  merges = new ContactMergesService(em as never, contacts as never, facilities as never, clock as never);
});
afterAll(() => journey.close());

beforeEach(async () => {
  caller = { ...CALLER, facilityIds: null };
  facilityId = (await hub.call('POST', '/facilities', aFacility())).body.id;
});

function asRequest<T>(work: () => Promise<T>): Promise<T> {
  return asWorker(hub.app.get(EntityManager), work);
}

async function put(contact: Record<string, unknown>): Promise<string> {
  journey.clock.advance(1_000);
  return (await hub.call('PUT', `/facilities/${facilityId}/contacts`, { name: 'Maria Santos', ...contact })).body.id;
}

async function get(id: string): Promise<Answer['body']> {
  return (await hub.call('GET', `/contacts/${id}`)).body;
}

/** As the contact stands, but for the time of its last change. */
async function stateOf(id: string): Promise<unknown> {
  const { updatedAt: _, ...state } = await get(id);
  return state;
}

/** An event names both ids: two contacts become one. `appointmentIds` are what the appointments' side has moved. */
async function merge(appointmentIds: string[] = []): Promise<Resolved> {
  const patient = told({ patientId: 'P-1', temporaryPatientId: 'T-1' });
  return batch(hub, facilityId, [patient], [], contacts => {
    const resolution = asContact(contacts.resolve(patient, 'event-1'));
    if (resolution.merge) resolution.merge.moved.appointmentIds = appointmentIds;
    return resolution;
  });
}

/** As `merge`, with the appointments' side. */
async function patientCreated(ids: Partial<ReportedPatient>): Promise<Resolved> {
  const now = journey.clock.now();
  const event: PatientHospitalEvent = {
    ...{ id: 'event-1', identity: 'event-1', type: 'patientCreated', time: { at: now, isApproximate: false }, receivedAt: now },
    patient: told(ids),
  };
  return inTransaction(hub, async em => {
    const facility = await hub.app.get(FacilitiesService).get(CALLER, facilityId);
    const [records] = await hub.app.get(EventRecordsService).open(em, [{ facility, events: [event] }]);
    if (!records) throw new Error('No records');
    const resolution = asContact(records.contacts.resolve(event.patient, event.id));
    const moves = hub.app.get(ContactMovesService);
    if (resolution.merge) await moves.follow({ em, records }, resolution.merge);
    moves.setPatientId(records, resolution.contactId, ids.patientId ?? '', resolution.merge);
    await records.rows.write();
    return resolution;
  });
}

async function patientIdsOf(appointmentIds: (string | undefined)[]): Promise<(string | null)[]> {
  const rows = await hub.sql('select id, patient_id from appointment where id = any($1)', [appointmentIds]);
  const byId = new Map(rows.map(row => [row['id'], row['patient_id'] as string | null]));
  return appointmentIds.map(id => byId.get(id) ?? null);
}

function undo(contactId: string, { merge: done }: Resolved): ReturnType<ContactMergesService['undo']> {
  return asRequest(() => merges.undo(caller, contactId, done?.id ?? ''));
}

describe('undoing a merge', () => {
  it('parts the two contacts as they were', async () => {
    const channels = [
      { channel: 'viber', address: 'v', primary: true },
      { channel: 'messenger', address: 'm' },
    ];
    const merged = await put({ temporaryPatientId: 'T-1', phone: PHONE, locale: 'fil-PH', channels });
    const kept = await put({
      patientId: 'P-1',
      email: 'a@example.org',
      channels: [{ channel: 'messenger', address: 'm', primary: true }],
    });
    const before = [await stateOf(merged), await stateOf(kept)];
    const done = await merge();
    expect(await get(merged)).toMatchObject({ id: kept, phone: '+639171234567', locale: 'fil-PH' });

    const undone = await undo(kept, done);

    expect(undone).toMatchObject({ keptContactId: kept, mergedContactId: merged, reference: 'event-1', undoneAt: expect.any(String) });
    expect([await stateOf(merged), await stateOf(kept)]).toEqual(before);
  });

  it('moves the appointments back that are still where it had moved them', async () => {
    facilityId = journey.facilityId;
    const merged = await put({ ...aPatient(), temporaryPatientId: 'T-1' });
    const kept = await put({ patientId: 'P-1', name: 'Testa Inventada' });
    const ids = journey.ids('cal-cardiology', 'type-consultation');
    const booked = await journey.book({ contactId: merged, ...ids, start: '2026-10-05T13:00:00+08:00' });
    const elsewhere = await journey.book({ contactId: merged, ...ids, start: '2026-10-05T14:00:00+08:00' });
    expect([booked.status, elsewhere.status]).toEqual([201, 201]);
    const third = await put({ name: 'Ana Reyes' });
    const done = await merge([booked.body.id, elsewhere.body.id]);
    await hub.sql('update appointment set contact_id = $1 where id = $2', [kept, booked.body.id]);
    await hub.sql('update appointment set contact_id = $1 where id = $2', [third, elsewhere.body.id]);
    const later = await journey.book({ contactId: merged, ...ids, start: '2026-10-05T15:00:00+08:00' });
    expect(later.body.contactId).toBe(kept);

    await undo(merged, done);

    const contactOf = async (id: string): Promise<string> => (await hub.call('GET', `/appointments/${id}`)).body.contactId;
    expect(await contactOf(booked.body.id)).toBe(merged);
    expect(await contactOf(elsewhere.body.id)).toBe(third);
    expect(await contactOf(later.body.id)).toBe(kept);
  });

  it("takes the kept contact's permanent id off the appointments that the merge gave it to", async () => {
    facilityId = journey.facilityId;
    const merged = await put({ ...aPatient(), temporaryPatientId: 'T-2' });
    const kept = await put({ patientId: 'P-2', name: 'Testa Inventada' });
    const ids = journey.ids('cal-cardiology', 'type-consultation');
    const [given, own, another, keptOnes] = await Promise.all(
      [merged, merged, merged, kept].map(async (contactId, n) => {
        const { body } = await journey.book({ contactId, ...ids, start: `2026-10-06T1${3 + n}:00:00+08:00` });
        return body.id as string;
      }),
    );
    await hub.sql('update appointment set patient_id = null where id = any($1)', [[given, another, keptOnes]]);
    await hub.sql("update appointment set patient_id = 'P-2' where id = $1", [own]);
    const done = await patientCreated({ patientId: 'P-2', temporaryPatientId: 'T-2' });
    expect(await patientIdsOf([given, own, another, keptOnes])).toEqual(['P-2', 'P-2', 'P-2', 'P-2']);
    await hub.sql("update appointment set patient_id = 'P-3' where id = $1", [another]);

    await undo(kept, done);

    expect(await patientIdsOf([given, own, another, keptOnes])).toEqual([null, 'P-2', 'P-3', 'P-2']);
  });

  it('leaves what has changed since', async () => {
    await put({ temporaryPatientId: 'T-1', email: 'old@example.org', gender: 'female' });
    const kept = await put({ patientId: 'P-1' });
    const done = await merge();
    await hub.call('PATCH', `/contacts/${kept}`, { email: 'new@example.org' });

    await undo(kept, done);

    expect(await get(kept)).toMatchObject({ email: 'new@example.org', gender: null });
  });

  it('holds: the same event does not merge them again, and asks for review', async () => {
    const merged = await put({ temporaryPatientId: 'T-1' });
    const kept = await put({ patientId: 'P-1' });
    await undo(kept, await merge());

    expect(await merge()).toMatchObject({ contactId: kept, merge: null, changedFields: ['needsReview'] });
    expect((await get(merged)).id).toBe(merged);
  });

  it.each<[string, string, (kept: string) => Promise<unknown>]>([
    ['an id is gone', 'merge-cannot-be-undone', kept => hub.call('PATCH', `/contacts/${kept}`, { temporaryPatientId: null })],
    ['a channel is gone', 'merge-cannot-be-undone', kept => hub.call('PATCH', `/contacts/${kept}`, { channels: null })],
    ['it was undone before', 'merge-already-undone', async kept => undo(kept, { merge: (await listed(kept))[0] } as never)],
  ])('is refused where %s: %s', async (_, code, change) => {
    await put({ temporaryPatientId: 'T-1', channels: [{ channel: 'viber', address: 'v' }] });
    const kept = await put({ patientId: 'P-1' });
    const done = await merge();
    await change(kept);
    const before = await stateOf(kept);

    await expect(undo(kept, done)).rejects.toMatchObject({ code, kind: 'conflict' });
    expect(await stateOf(kept)).toEqual(before);
  });

  it('of a contact that was merged on comes after the undoing of that', async () => {
    const first = await put({ temporaryPatientId: 'T-0', phone: PHONE });
    await put({ temporaryPatientId: 'T-1' });
    await put({ patientId: 'P-1' });
    const patient = told({ name: 'Maria Santos', phone: PHONE, temporaryPatientId: 'T-1' });
    const early = asContact(await batch(hub, facilityId, [patient], [first], contacts => contacts.link(first, patient, 'event-0')));
    const late = await merge();

    await expect(undo(first, early)).rejects.toMatchObject({ code: 'merge-cannot-be-undone' });
    await undo(first, late);
    await undo(first, early);

    expect((await hub.call('POST', `/facilities/${facilityId}/contacts/search`, { temporaryPatientId: 'T-0' })).body.data).toMatchObject([
      { id: first },
    ]);
  });

  it('finds no merge of another contact, and nothing for a key of another facility', async () => {
    const merged = await put({ temporaryPatientId: 'T-1' });
    await put({ patientId: 'P-1' });
    const stranger = await put({ name: 'Ana Reyes' });
    const done = await merge();

    await expect(undo(stranger, done)).rejects.toMatchObject({ code: 'merge-not-found', kind: 'not-found' });
    caller = { ...CALLER, facilityIds: [journey.facilityId] };
    await expect(undo(merged, done)).rejects.toMatchObject({ code: 'contact-not-found' });
    await expect(asRequest(() => merges.list(caller, merged))).rejects.toMatchObject({ code: 'contact-not-found' });
  });
});

async function listed(contactId: string): Promise<Awaited<ReturnType<ContactMergesService['list']>>['data']> {
  return (await asRequest(() => merges.list(caller, contactId))).data;
}

describe('the merges of a contact', () => {
  it('are listed under either id, newest first', async () => {
    const first = await put({ temporaryPatientId: 'T-0', phone: PHONE });
    const second = await put({ temporaryPatientId: 'T-1' });
    const patient = told({ name: 'Maria Santos', phone: PHONE, temporaryPatientId: 'T-1' });
    await batch(hub, facilityId, [patient], [first], contacts => contacts.link(first, patient, 'event-0'));
    const third = await put({ patientId: 'P-1' });
    journey.clock.advance(1_000);
    await merge();

    const merged = [
      { mergedContactId: first, keptContactId: third, reference: 'event-1', undoneAt: null },
      { mergedContactId: second, keptContactId: first, reference: 'event-0', undoneAt: null },
    ];
    expect(await listed(first)).toMatchObject(merged);
    expect(await listed(second)).toMatchObject(merged);
    expect(await listed(third)).toMatchObject(merged.slice(0, 1));
  });
});
