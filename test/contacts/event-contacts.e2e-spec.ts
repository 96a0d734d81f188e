import { AsyncLocalStorage } from 'node:async_hooks';
import { EntityManager } from '@mikro-orm/core';
import { asWorker } from '../../src/database/worker-context.js';
import type { ContactResolution } from '../../src/contacts/event-contacts.js';
import type { ReportedPatient } from '../../src/contacts/reported-patient.js';
import { ContactsService } from '../../src/contacts/contacts.service.js';
import { eventually } from '../support/eventually.js';
import { aFacility } from '../support/factories.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { TestClock } from '../support/test-clock.js';
import { asContact, batch, statementsOf, told, type Resolved } from './event-contacts.js';

const PHONE = '0917 123 4567';
const E164 = '+639171234567';

/** Runs what must not take part in the transaction that the caller is in. */
const outside = AsyncLocalStorage.snapshot();

let hub: TestHub;
let facilityId: string;
const clock = new TestClock('2026-03-09T20:00:00Z');

beforeAll(async () => {
  hub = await startHub({ clock });
});
afterAll(() => hub.close());

beforeEach(async () => {
  facilityId = (await hub.call('POST', '/facilities', aFacility())).body.id;
});

async function put(contact: Record<string, unknown>): Promise<string> {
  clock.advance(1_000);
  return (await hub.call('PUT', `/facilities/${facilityId}/contacts`, { name: 'Maria Santos', ...contact })).body.id;
}

async function get(id: string): Promise<Answer['body']> {
  return (await hub.call('GET', `/contacts/${id}`)).body;
}

/** Each as an event of one batch. */
async function resolveAll(patients: Partial<ReportedPatient>[]): Promise<ContactResolution[]> {
  clock.advance(1_000);
  const all = patients.map(told);
  return batch(hub, facilityId, all, [], contacts => all.map((patient, n) => contacts.resolve(patient, `event-${n}`)));
}

async function resolve(patient: Partial<ReportedPatient>): Promise<Resolved> {
  const [resolution] = await resolveAll([patient]);
  if (!resolution) throw new Error('Nothing was resolved');
  return asContact(resolution);
}

async function link(contactId: string, patient: Partial<ReportedPatient>): Promise<ContactResolution> {
  clock.advance(1_000);
  const reported = told(patient);
  return batch(hub, facilityId, [reported], [contactId], contacts => contacts.link(contactId, reported, 'event-1'));
}

async function likeness(contactId: string, patient: Partial<ReportedPatient>): Promise<string> {
  const reported = told(patient);
  return batch(hub, facilityId, [reported], [contactId], contacts => contacts.likeness(contactId, reported));
}

async function reviewOf(id: string): Promise<unknown> {
  const [row] = await hub.sql('select needs_review, review_reason from contact where id = $1', [id]);
  return row?.['needs_review'] === true ? row['review_reason'] : null;
}

describe('resolve', () => {
  it('makes a contact of all that an event tells of a patient never seen', async () => {
    const made = await resolve({
      name: ' Maria \u0000  Santos ',
      dateOfBirth: '1990-04-23',
      phone: PHONE,
      email: ' Maria@Example.ORG ',
      gender: 'Female',
      nationalId: ' AB-123456 ',
      patientId: 'P-1',
      temporaryPatientId: 'T-1',
    });

    expect(made).toMatchObject({ isNew: true, merge: null });
    expect(made.changedFields).toEqual([
      ...['name', 'dateOfBirth', 'phone', 'rawPhone', 'email', 'gender', 'nationalId'],
      ...['patientId', 'temporaryPatientId'],
    ]);
    expect(await get(made.contactId)).toMatchObject({
      name: 'Maria Santos',
      dateOfBirth: '1990-04-23',
      phone: E164,
      rawPhone: PHONE,
      email: 'maria@example.org',
      gender: 'female',
      nationalId: 'AB-123456',
      patientId: 'P-1',
      temporaryPatientId: 'T-1',
    });
  });

  it('takes what it cannot read for not told', async () => {
    const made = await resolve({
      name: ' ',
      dateOfBirth: '2026-03-11',
      phone: 'ask my wife',
      email: 'none',
      gender: 'F',
      nationalId: 'N/A',
      patientId: 'P\u0000',
      temporaryPatientId: 'T'.repeat(201),
    });

    expect(made.changedFields).toEqual(['rawPhone']);
    expect(await get(made.contactId)).toMatchObject({ name: null, dateOfBirth: null, phone: null, rawPhone: 'ask my wife' });
  });

  describe.each<{ what: string; known: Record<string, unknown>; patient: Partial<ReportedPatient>; isNew: boolean; review?: string }>([
    { what: 'the patient id', known: { patientId: 'P-1' }, patient: { patientId: 'P-1' }, isNew: false },
    { what: 'a temporary id', known: { temporaryPatientId: 'T-1' }, patient: { temporaryPatientId: 'T-1' }, isNew: false },
    { what: 'the national id', known: { nationalId: 'AB123456' }, patient: { nationalId: 'ab 123456' }, isNew: false },
    {
      what: 'phone and date of birth',
      known: { phone: PHONE, dateOfBirth: '1990-04-23' },
      patient: { name: 'SANTOS, Maria T.', phone: PHONE, dateOfBirth: '1990-04-23' },
      isNew: false,
    },
    { what: 'phone and name', known: { phone: PHONE }, patient: { name: 'Maria Santos', phone: E164 }, isNew: false },
    {
      what: 'a twin',
      known: { phone: PHONE, dateOfBirth: '2015-01-01' },
      patient: { name: 'Mario Santos', phone: PHONE, dateOfBirth: '2015-01-01' },
      isNew: true,
    },
    { what: 'one of a family on one phone', known: { phone: PHONE }, patient: { name: 'Jose Santos', phone: PHONE }, isNew: true },
    { what: 'a phone alone', known: { phone: PHONE }, patient: { phone: PHONE }, isNew: true },
    {
      what: 'a namesake on the same phone',
      known: { phone: PHONE, dateOfBirth: '1960-01-01' },
      patient: { name: 'Maria Santos', phone: PHONE, dateOfBirth: '1990-01-01' },
      isNew: true,
    },
    {
      what: "a child under its mother's national id",
      known: { nationalId: 'AB123456', dateOfBirth: '1990-01-01' },
      patient: { name: 'Ana Santos', nationalId: 'AB123456' },
      isNew: true,
    },
    {
      what: 'the patient id with another name',
      known: { patientId: 'P-1' },
      patient: { name: 'Juan Cruz', patientId: 'P-1', temporaryPatientId: 'T-9', gender: 'male' },
      isNew: false,
      review: 'name-differs',
    },
    {
      what: 'the temporary id of one with another permanent id',
      known: { patientId: 'P-1', temporaryPatientId: 'T-1' },
      patient: { name: 'Ana Reyes', patientId: 'P-2', temporaryPatientId: 'T-1' },
      isNew: true,
      review: 'identity-belongs-to-another-contact',
    },
  ])('$what', ({ known, patient, isNew, review }) => {
    it(`is ${isNew ? 'somebody new' : 'the known contact'}`, async () => {
      const knownId = await put(known);
      const before = await get(knownId);

      const resolution = await resolve(patient);

      expect(resolution.isNew).toBe(isNew);
      expect(resolution.contactId === knownId).toBe(!isNew);
      expect(await reviewOf(resolution.contactId)).toBe(review ?? null);
      expect(await get(knownId)).toMatchObject({
        name: before.name,
        gender: before.gender,
        phone: before.phone,
        patientId: before.patientId,
      });
    });
  });

  it('fills what is not known, and overwrites nothing', async () => {
    const id = await put({ patientId: 'P-1', email: 'mine@example.org' });

    const resolution = await resolve({ ...told({}), patientId: 'P-1', name: 'Maria T. Santos', email: 'other@example.org', phone: PHONE });

    expect(resolution.changedFields).toEqual(['phone', 'rawPhone']);
    expect(await get(id)).toMatchObject({ name: 'Maria Santos', email: 'mine@example.org', phone: E164, dateOfBirth: null });
    expect((await hub.call('POST', `/facilities/${facilityId}/contacts/search`, { phone: PHONE })).body.data).toHaveLength(1);
  });

  it('changes nothing, and says so, when it tells nothing new', async () => {
    const id = await put({ patientId: 'P-1', phone: PHONE });
    const before = await get(id);

    expect(await resolve({ patientId: 'P-1', name: 'Maria Santos', phone: PHONE })).toMatchObject({ isNew: false, changedFields: [] });
    expect(await get(id)).toEqual(before);
  });

  it('lets later events of a batch see what earlier ones have made', async () => {
    const [first, second, third, twin] = (
      await resolveAll([
        { name: 'Maria Santos', phone: PHONE, temporaryPatientId: 'T-1' },
        { patientId: 'P-1', temporaryPatientId: 'T-1', dateOfBirth: '1990-04-23' },
        { name: 'Maria Santos', phone: PHONE, dateOfBirth: '1990-04-23' },
        { name: 'Mario Santos', phone: PHONE, dateOfBirth: '1990-04-23' },
      ])
    ).map(asContact);

    expect(first).toMatchObject({ isNew: true });
    expect(second).toMatchObject({ isNew: false, contactId: first?.contactId, changedFields: ['dateOfBirth', 'patientId'] });
    expect(third).toMatchObject({ isNew: false, contactId: first?.contactId, changedFields: [] });
    expect(twin).toMatchObject({ isNew: true });
    expect(await hub.sql('select 1 from contact where facility_id = $1', [facilityId])).toHaveLength(2);
    expect(await get(first?.contactId ?? '')).toMatchObject({ patientId: 'P-1', temporaryPatientId: 'T-1' });
  });

  it('knows nobody of another facility', async () => {
    const id = await put({ patientId: 'P-1', phone: PHONE, nationalId: 'AB123456' });
    facilityId = (await hub.call('POST', '/facilities', aFacility())).body.id;

    const elsewhere = await resolve({ name: 'Maria Santos', patientId: 'P-1', phone: PHONE, nationalId: 'AB123456' });

    expect(elsewhere.isNew).toBe(true);
    expect(elsewhere.contactId).not.toBe(id);
  });
});

describe('patientCreated', () => {
  const BOTH = { patientId: 'P-1', temporaryPatientId: 'T-1' };

  it('before the booking makes a contact without a name, which the booking names', async () => {
    const { contactId } = await resolve(BOTH);
    expect(await get(contactId)).toMatchObject({ name: null, ...BOTH });

    const answer = await hub.call('PUT', `/facilities/${facilityId}/contacts`, { name: 'Maria Santos', temporaryPatientId: 'T-1' });

    expect(answer).toMatchObject({ status: 200, body: { id: contactId, name: 'Maria Santos', ...BOTH } });
    expect(await reviewOf(contactId)).toBeNull();
  });

  it('before the event of the booking, too', async () => {
    const { contactId } = await resolve(BOTH);

    const booked = await resolve({ name: 'Maria Santos', phone: PHONE, temporaryPatientId: 'T-1' });

    expect(booked).toMatchObject({ contactId, isNew: false, changedFields: ['name', 'phone', 'rawPhone'] });
    expect(await get(contactId)).toMatchObject({ name: 'Maria Santos', phone: E164, ...BOTH });
  });

  it('after the booking puts the permanent id on the contact', async () => {
    const id = await put({ temporaryPatientId: 'T-1' });

    expect(await resolve(BOTH)).toMatchObject({ contactId: id, isNew: false, changedFields: ['patientId'] });
    expect(await get(id)).toMatchObject({ name: 'Maria Santos', ...BOTH });
  });

  it('twice does nothing the second time', async () => {
    const { contactId } = await resolve(BOTH);

    expect(await resolve(BOTH)).toMatchObject({ contactId, isNew: false, changedFields: [] });
  });

  it('before the answer to our own booking: the event of it makes one contact of both', async () => {
    const { contactId: nameless } = await resolve(BOTH);
    const booked = await put({ phone: PHONE });

    const linked = asContact(await link(booked, { ...BOTH, name: 'Maria Santos' }));

    expect(linked).toMatchObject({ contactId: nameless, merge: { keptContactId: nameless, mergedContactId: booked } });
    expect(await get(booked)).toMatchObject({ id: nameless, name: 'Maria Santos', phone: E164, ...BOTH });
    expect(await reviewOf(nameless)).toBeNull();
  });
});

describe('two contacts that turn out to be one', () => {
  it('are merged into the one with the permanent id; the old id leads there', async () => {
    const temporary = await put({ temporaryPatientId: 'T-1', phone: PHONE, channels: [{ channel: 'viber', address: 'v', primary: true }] });
    const permanent = await put({ patientId: 'P-1', email: 'a@example.org' });

    const resolution = await resolve({ patientId: 'P-1', temporaryPatientId: 'T-1' });

    expect(resolution).toMatchObject({ contactId: permanent, isNew: false });
    expect(resolution.merge).toMatchObject({ keptContactId: permanent, mergedContactId: temporary, reference: 'event-0', undoneAt: null });
    expect(resolution.changedFields).toEqual(['phone', 'rawPhone', 'temporaryPatientId']);
    expect(await get(temporary)).toMatchObject({
      id: permanent,
      phone: E164,
      email: 'a@example.org',
      patientId: 'P-1',
      temporaryPatientId: 'T-1',
      channels: [{ channel: 'viber', address: 'v', primary: true }],
    });
    expect((await hub.call('PATCH', `/contacts/${temporary}`, { gender: 'female' })).body).toMatchObject({
      id: permanent,
      gender: 'female',
    });
    expect((await hub.call('POST', `/facilities/${facilityId}/contacts/search`, { phone: PHONE })).body.data).toHaveLength(1);
    expect((await hub.call('PUT', `/facilities/${facilityId}/contacts`, { name: 'Maria Santos', phone: PHONE })).body.id).toBe(permanent);
  });

  it('keep a link to an address that both have once, and one primary channel', async () => {
    const channels = [
      { channel: 'sms', address: PHONE, primary: true },
      { channel: 'viber', address: 'v' },
    ];
    await put({ temporaryPatientId: 'T-1', channels: [...channels, { channel: 'messenger', address: 'm' }] });
    const kept = await put({ patientId: 'P-1', channels: [{ channel: 'viber', address: 'v', primary: true }] });

    await resolve({ patientId: 'P-1', temporaryPatientId: 'T-1' });

    expect((await get(kept)).channels).toEqual([
      { channel: 'viber', address: 'v', primary: true },
      { channel: 'messenger', address: 'm', primary: false },
      { channel: 'sms', address: E164, primary: false },
    ]);
  });

  it.each([
    ['permanent-ids-differ', { patientId: 'P-0' }, {}],
    ['dates-of-birth-differ', { dateOfBirth: '1960-01-01' }, { dateOfBirth: '1990-01-01' }],
    ['national-ids-differ', { nationalId: 'AB123456' }, { nationalId: 'AB654321' }],
  ])('are held for a person where they contradict: %s', async (reason, one, other) => {
    const ids = [await put({ temporaryPatientId: 'T-1', ...one }), await put({ patientId: 'P-1', ...other })];
    const before = await Promise.all(ids.map(get));

    expect(await resolveAll([{ patientId: 'P-1', temporaryPatientId: 'T-1', phone: PHONE }])).toEqual([
      { kind: 'held', contactId: ids[1], reason },
    ]);
    expect(await link(ids[0] ?? '', { patientId: 'P-1', temporaryPatientId: 'T-1', phone: PHONE })).toEqual({
      kind: 'held',
      contactId: ids[0],
      reason,
    });
    expect(await Promise.all(ids.map(get))).toEqual(before);
    expect(await hub.sql('select 1 from contact_merge where facility_id = $1', [facilityId])).toEqual([]);
  });

  it('are merged but looked at by a person, and fill nothing, where their names do not agree', async () => {
    await put({ name: 'Juan Cruz', temporaryPatientId: 'T-1', gender: 'male' });
    const kept = await put({ patientId: 'P-1' });

    expect((await resolve({ patientId: 'P-1', temporaryPatientId: 'T-1' })).merge).not.toBeNull();
    expect(await get(kept)).toMatchObject({ name: 'Maria Santos', gender: null, temporaryPatientId: 'T-1' });
    expect(await reviewOf(kept)).toBe('name-differs');
  });

  it('are followed through several merges', async () => {
    const first = await put({ temporaryPatientId: 'T-1', phone: PHONE });
    const second = await put({ temporaryPatientId: 'T-2' });
    const third = await put({ patientId: 'P-1' });

    await link(first, { name: 'Maria Santos', phone: PHONE, temporaryPatientId: 'T-2' });
    await link(second, { patientId: 'P-1', temporaryPatientId: 'T-2' });

    expect((await get(second)).id).toBe(third);
    expect((await get(first)).id).toBe(third);
    expect(asContact(await link(second, { name: 'Maria Santos' }))).toMatchObject({ contactId: third, changedFields: [] });
  });
});

describe('link', () => {
  it('fills the contact of the appointment, and puts the ids on it', async () => {
    const id = await put({});

    expect(await link(id, { name: 'Maria Santos', phone: PHONE, patientId: 'P-1' })).toMatchObject({
      contactId: id,
      changedFields: ['phone', 'rawPhone', 'patientId'],
    });
    expect(await get(id)).toMatchObject({ phone: E164, patientId: 'P-1' });
  });

  it.each([
    ['name-differs', { name: 'Juan Cruz' }],
    ['date-of-birth-differs', { dateOfBirth: '1970-01-01' }],
    ['national-id-differs', { nationalId: 'AB654321' }],
  ])('overwrites and fills nothing where the event tells otherwise, and asks for review: %s', async (reason, patient) => {
    const id = await put({ dateOfBirth: '1990-01-01', nationalId: 'AB123456' });
    const before = await get(id);

    const linked = await link(id, { ...patient, phone: PHONE, temporaryPatientId: 'T-1' });

    expect(linked).toMatchObject({ contactId: id, changedFields: ['needsReview', 'temporaryPatientId'] });
    expect(await reviewOf(id)).toBe(reason);
    expect(await get(id)).toEqual({ ...before, temporaryPatientId: 'T-1', updatedAt: expect.any(String) });
  });

  it('does not replace a permanent id by one that nobody has', async () => {
    const id = await put({ patientId: 'P-1' });

    expect(await link(id, { patientId: 'P-2', temporaryPatientId: 'T-1', phone: PHONE })).toMatchObject({
      contactId: id,
      changedFields: ['needsReview'],
    });
    expect(await reviewOf(id)).toBe('patient-id-differs');
    expect(await get(id)).toMatchObject({ patientId: 'P-1', temporaryPatientId: null, phone: null });
  });

  it('gives an appointment made of nothing the contact that the patient turns out to be', async () => {
    const empty = await resolve({});
    const known = await put({ phone: PHONE });

    const linked = asContact(await link(empty.contactId, { name: 'Maria Santos', phone: PHONE }));

    expect(linked).toMatchObject({ contactId: known, merge: { mergedContactId: empty.contactId, keptContactId: known } });
  });

  it('fills an empty contact whom nobody known is', async () => {
    const { contactId } = await resolve({});

    expect(await link(contactId, { name: 'Maria Santos', phone: PHONE })).toMatchObject({
      contactId,
      merge: null,
      changedFields: ['name', 'phone', 'rawPhone'],
    });
  });
});

describe('link, where the event names an id of somebody else', () => {
  const BENITO = { name: 'Benito Reyes', dateOfBirth: '1980-02-03', phone: '0918 765 4321' };

  it.each<[string, Record<string, unknown>, Partial<ReportedPatient>]>([
    ['another name', { name: 'Ana Cruz' }, { ...BENITO, patientId: 'P-502' }],
    ['another name, by a temporary id', { name: 'Ana Cruz' }, { name: BENITO.name, temporaryPatientId: 'T-502' }],
    ['another date of birth', { dateOfBirth: '1990-04-23' }, { patientId: 'P-502', dateOfBirth: BENITO.dateOfBirth }],
    ['another national id', { nationalId: 'AB123456' }, { patientId: 'P-502', nationalId: 'AB654321' }],
    ['another permanent id', { patientId: 'P-0', phone: PHONE }, { patientId: 'P-502', phone: PHONE, name: 'Maria Santos' }],
    ['nothing that shows the contact', { phone: PHONE }, { patientId: 'P-502', temporaryPatientId: 'T-502' }],
    ['the name alone', { name: 'Benito Reyes', phone: PHONE }, { ...BENITO, patientId: 'P-502' }],
    ['a junior', { name: 'Benito Reyes Sr.', phone: BENITO.phone }, { name: BENITO.name, phone: BENITO.phone, patientId: 'P-502' }],
    [
      'another name, and an id of both',
      { name: 'Ana Cruz', temporaryPatientId: 'T-1' },
      { ...BENITO, patientId: 'P-502', temporaryPatientId: 'T-1' },
    ],
  ])('the appointment is theirs now, and nobody is merged: %s', async (_, known, patient) => {
    const contact = await put(known);
    const holder = await put({ ...BENITO, patientId: 'P-502', temporaryPatientId: 'T-502' });
    const before = await get(contact);

    expect(await link(contact, patient)).toMatchObject({ kind: 'contact', contactId: holder, isNew: false, merge: null });
    expect(await get(contact)).toEqual(before);
    expect(await reviewOf(contact)).toBeNull();
    expect(await hub.sql('select 1 from contact_merge where facility_id = $1', [facilityId])).toEqual([]);
  });

  it('asks for review of the holder where more than the name of the former contact differs', async () => {
    const contact = await put({ name: 'Ana Cruz' });
    const holder = await put({ ...BENITO, patientId: 'P-502' });

    expect(await link(contact, { ...BENITO, patientId: 'P-502', dateOfBirth: '1981-02-03' })).toMatchObject({ contactId: holder });
    expect(await reviewOf(holder)).toBe('date-of-birth-differs');
    expect(await reviewOf(contact)).toBeNull();
  });

  it.each<[string, Record<string, unknown>, Partial<ReportedPatient>]>([
    ['an id of the contact, too', { temporaryPatientId: 'T-1' }, { patientId: 'P-1', temporaryPatientId: 'T-1' }],
    ['its phone and name', { phone: PHONE }, { patientId: 'P-1', phone: PHONE, name: 'Maria Santos' }],
    ['its national id', { nationalId: 'AB123456' }, { patientId: 'P-1', nationalId: 'AB 123456' }],
  ])('the two are one where it names %s', async (_, known, patient) => {
    const contact = await put(known);
    const holder = await put({ patientId: 'P-1' });

    const { contactId, merge } = asContact(await link(contact, patient));

    expect({ contactId, merge }).toMatchObject({ contactId: holder, merge: { keptContactId: holder, mergedContactId: contact } });
  });

  it('stays with the contact, for review, where the holder has another permanent id than the event', async () => {
    const contact = await put({ name: 'Ana Cruz' });
    await put({ ...BENITO, patientId: 'P-502', temporaryPatientId: 'T-502' });

    expect(await link(contact, { name: 'Ana Cruz', patientId: 'P-9', temporaryPatientId: 'T-502' })).toMatchObject({
      contactId: contact,
      merge: null,
    });
    expect(await reviewOf(contact)).toBe('identity-belongs-to-another-contact');
  });
});

describe('link, where the event tells a permanent id that nobody has', () => {
  const CHILD = { name: 'Benito Otherwise', dateOfBirth: '2020-05-05', patientId: 'P-child' };
  const MOTHER = { name: 'Testa Mother', dateOfBirth: '1990-04-23', nationalId: 'AB123456', phone: PHONE };

  it.each<[string, Partial<ReportedPatient>]>([
    ['another date of birth', CHILD],
    ['another date of birth, and the same name and phone', { ...CHILD, name: MOTHER.name, phone: PHONE }],
    ['another national id', { patientId: 'P-child', nationalId: 'AB654321' }],
  ])('the appointment is that of somebody new: %s', async (_, patient) => {
    const mother = await put(MOTHER);
    const before = await get(mother);

    const child = asContact(await link(mother, patient));

    expect(child).toMatchObject({ isNew: true, merge: null });
    expect(await get(child.contactId)).toMatchObject({ patientId: 'P-child', dateOfBirth: patient.dateOfBirth ?? null });
    expect(await get(mother)).toEqual(before);
    expect([await reviewOf(mother), await reviewOf(child.contactId)]).toEqual([null, null]);
  });

  it('with another date of birth it is that of somebody new, whoever bears the temporary id', async () => {
    const mother = await put(MOTHER);
    await put({ name: 'Ana Cruz', patientId: 'P-502', temporaryPatientId: 'T-502' });

    const child = asContact(await link(mother, { ...CHILD, temporaryPatientId: 'T-502' }));

    expect(child.isNew).toBe(true);
    expect(await get(mother)).toMatchObject({ patientId: null, temporaryPatientId: null });
    expect(await reviewOf(child.contactId)).toBe('identity-belongs-to-another-contact');
  });

  it('with another date of birth it is that of whoever is meant', async () => {
    const mother = await put(MOTHER);
    const child = await put({ name: CHILD.name, dateOfBirth: CHILD.dateOfBirth, phone: PHONE });

    expect(await link(mother, { ...CHILD, phone: PHONE })).toMatchObject({ contactId: child, isNew: false });
    expect(await get(child)).toMatchObject({ patientId: 'P-child' });
    expect(await get(mother)).toMatchObject({ patientId: null });
  });

  it('with another date of birth, but a temporary id of the contact, it is its own, for review', async () => {
    const mother = await put({ ...MOTHER, temporaryPatientId: 'T-1' });

    expect(await link(mother, { ...CHILD, temporaryPatientId: 'T-1' })).toMatchObject({ contactId: mother });
    expect(await get(mother)).toMatchObject({ name: MOTHER.name, dateOfBirth: MOTHER.dateOfBirth, patientId: 'P-child' });
    expect(await reviewOf(mother)).toBe('date-of-birth-differs');
  });

  it('with another name alone it is its own, for review', async () => {
    const mother = await put(MOTHER);

    expect(await link(mother, { name: CHILD.name, patientId: 'P-child' })).toMatchObject({ contactId: mother });
    expect(await get(mother)).toMatchObject({ name: MOTHER.name, patientId: 'P-child' });
    expect(await reviewOf(mother)).toBe('name-differs');
  });
});

describe('likeness', () => {
  it.each<[string, string, Record<string, unknown>, Partial<ReportedPatient>]>([
    ['same', 'the patient id', { patientId: 'P-1' }, { patientId: 'P-1', name: 'Juan Cruz' }],
    ['same', 'phone and name', { phone: PHONE }, { phone: PHONE, name: 'Santos, Maria' }],
    ['unsure', 'nothing told', { phone: PHONE }, {}],
    ['unsure', 'a name alone', { phone: PHONE }, { name: 'Maria Santos' }],
    ['unsure', 'another phone', { phone: PHONE }, { phone: '0918 111 2222', name: 'Maria Santos' }],
    ['other', 'another name on the same phone', { phone: PHONE }, { phone: PHONE, name: 'Jose Santos' }],
    ['other', 'another permanent id', { patientId: 'P-1' }, { patientId: 'P-2', name: 'Maria Santos' }],
    ['other', 'another date of birth', { dateOfBirth: '1990-01-01' }, { name: 'Maria Santos', dateOfBirth: '1990-01-02' }],
    ['other', 'another national id', { nationalId: 'AB123456' }, { name: 'Maria Santos', nationalId: 'AB654321' }],
    ['other', 'an id of somebody else', {}, { temporaryPatientId: 'T-other', name: 'Maria Santos' }],
  ])('is %s: %s', async (expected, _, known, patient) => {
    await put({ name: 'Somebody Else', temporaryPatientId: 'T-other' });
    const id = await put(known);
    const before = await get(id);

    expect(await likeness(id, patient)).toBe(expected);
    expect(await get(id)).toEqual(before);
  });
});

describe('open', () => {
  it('takes as many statements for 50 patients as for one', async () => {
    const people = Array.from({ length: 50 }, (_, n) => ({
      name: `Person${n} Santos`,
      phone: `0917 123 4${100 + n}`,
      nationalId: `AB1234${100 + n}`,
      patientId: `P-${n}`,
      temporaryPatientId: `T-${n}`,
    }));
    await resolveAll(people);

    const one = await statementsOf(hub, () => batch(hub, facilityId, people.slice(0, 1).map(told), [], () => null));
    const fifty = await statementsOf(hub, () => batch(hub, facilityId, people.map(told), [], () => null));

    expect(fifty).toHaveLength(one.length);
    expect(one.filter(text => text.includes('pg_advisory'))).toHaveLength(1);
    expect(one.length).toBeLessThanOrEqual(10);
  });

  it('makes one contact of two batches at once, whatever their order', async () => {
    const people = Array.from({ length: 20 }, (_, n) => told({ name: `Person${n} Santos`, patientId: `P-${n}`, phone: PHONE }));
    const apply = (patients: ReportedPatient[]): Promise<unknown> =>
      batch(hub, facilityId, patients, [], contacts => patients.map(patient => contacts.resolve(patient, 'event')));

    await Promise.all([apply(people), apply(people.toReversed()), apply(people), apply(people.toReversed())]);

    expect(await hub.sql('select 1 from contact where facility_id = $1', [facilityId])).toHaveLength(20);
  });

  it('holds off ids that a booking puts on a contact until the merge is through, and then puts them on the kept one', async () => {
    const temporary = await put({ temporaryPatientId: 'T-1' });
    const kept = await put({ patientId: 'P-1' });
    const patient = told({ patientId: 'P-1', temporaryPatientId: 'T-1' });

    const { linking } = await batch(hub, facilityId, [patient], [], async contacts => {
      const linking = outside(() => linkIdentities(temporary, 'T-9'));
      await eventually('the booking waits', async () => (await hub.sql('select 1 from pg_locks where not granted')).length > 0);
      contacts.resolve(patient, 'event');
      return { linking };
    });
    await linking;

    expect(await get(kept)).toMatchObject({ temporaryPatientId: 'T-9' });
    expect(await hub.sql('select 1 from contact_identity where contact_id = $1', [temporary])).toEqual([]);
  });

  function linkIdentities(contactId: string, temporaryPatientId: string): Promise<void> {
    const ids = { patientId: null, temporaryPatientId };
    return asWorker(hub.app.get(EntityManager), () => hub.app.get(ContactsService).linkIdentities(facilityId, contactId, ids));
  }
});
