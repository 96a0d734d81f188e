import { EntityManager } from '@mikro-orm/core';
import { asWorker } from '../../src/database/worker-context.js';
import { ContactNotFoundError } from '../../src/contacts/contact.errors.js';
import type { ContactInput } from '../../src/contacts/contact-input.js';
import type { UpsertedContact } from '../../src/contacts/contact-upsert.service.js';
import { ContactRepository } from '../../src/contacts/contact.repository.js';
import { ContactsService } from '../../src/contacts/contacts.service.js';
import { FacilitiesService } from '../../src/facilities/facilities.service.js';
import { eventually } from '../support/eventually.js';
import { aFacility } from '../support/factories.js';
import { startHub, type TestHub } from '../support/hub.js';

const CALLER = { keyId: 'test', scopes: ['admin' as const], facilityIds: null };
const PHONE = '0917 123 4567';

let hub: TestHub;
let contacts: ContactsService;
let em: EntityManager;
let facilityId: string;

beforeAll(async () => {
  hub = await startHub();
  contacts = hub.app.get(ContactsService);
  em = hub.app.get(EntityManager);
});
afterAll(() => hub.close());

beforeEach(async () => {
  facilityId = (await hub.call('POST', '/facilities', aFacility())).body.id;
});

/** As one request or job: with an identity map of its own. */
function asRequest<T>(work: () => Promise<T>): Promise<T> {
  return asWorker(em, work);
}

function upsert(input: Partial<ContactInput>, at?: string): Promise<UpsertedContact> {
  return asRequest(async () =>
    contacts.upsert(await hub.app.get(FacilitiesService).get(CALLER, facilityId), { name: 'Maria Santos', ...input }, at),
  );
}

function link(contactId: string, patientId: string | null, temporaryPatientId: string | null): Promise<void> {
  return asRequest(() => contacts.linkIdentities(facilityId, contactId, { patientId, temporaryPatientId }));
}

function bearersOf(ids: { patientId: string; temporaryPatientId: string | null }): Promise<string[]> {
  return asRequest(() => hub.app.get(ContactRepository).idsByIdentity(facilityId, ids));
}

async function reviewOf(id: string): Promise<unknown> {
  const [row] = await hub.sql('select needs_review, review_reason from contact where id = $1', [id]);
  return row;
}

describe('upsert', () => {
  it('names the fields by where they stand in the request', async () => {
    await expect(upsert({ phone: '0917', dateOfBirth: '1800-01-01' }, 'contact.')).rejects.toMatchObject({
      errors: [
        { field: 'contact.dateOfBirth', code: 'date-of-birth-too-early' },
        {
          field: 'contact.phone',
          code: 'invalid-phone',
          message: expect.stringContaining('contact.phone is too short: a number of PH looks like +63'),
        },
      ],
    });
  });

  it("is undone with the caller's transaction", async () => {
    const work = asRequest(() =>
      em.transactional(async () => {
        await upsertHere({ patientId: 'P-1', channels: [{ channel: 'viber', address: 'v' }] });
        throw new Error('The seat is taken');
      }),
    );

    await expect(work).rejects.toThrow('The seat is taken');
    expect(await hub.sql('select 1 from contact where facility_id = $1', [facilityId])).toEqual([]);
  });

  it('waits for a transaction that is about to put the same id on a contact, and then finds that contact', async () => {
    const { contact } = await upsert({});

    const request = await asRequest(() =>
      em.transactional(async () => {
        await contacts.linkIdentities(facilityId, contact.id, { patientId: null, temporaryPatientId: 'T-1' });
        const other = hub.call('PUT', `/facilities/${facilityId}/contacts`, { name: 'Maria Santos', temporaryPatientId: 'T-1' });
        await eventually(
          'somebody waits for the lock',
          async () => (await hub.sql(`select 1 from pg_locks where locktype = 'advisory' and not granted`)).length > 0,
        );
        return { other };
      }),
    );

    expect(await request.other).toMatchObject({ status: 200, body: { id: contact.id } });
  });

  async function upsertHere(input: Partial<ContactInput>): Promise<UpsertedContact> {
    return contacts.upsert(await hub.app.get(FacilitiesService).get(CALLER, facilityId), { name: 'Maria Santos', ...input });
  }
});

describe('linkIdentities', () => {
  it('puts the ids on the contact, and takes nothing off for a null', async () => {
    const { contact } = await upsert({});

    await link(contact.id, null, 'T-1');
    await link(contact.id, 'P-1', null);

    expect(await asRequest(() => contacts.patientOf(facilityId, contact.id))).toMatchObject({
      patientId: 'P-1',
      temporaryPatientId: 'T-1',
    });
    expect(await reviewOf(contact.id)).toEqual({ needs_review: false, review_reason: null });
  });

  it('leaves an id with the contact that has it, and asks for review', async () => {
    const first = await upsert({ patientId: 'P-1' });
    const second = await upsert({ phone: PHONE });

    await link(second.contact.id, 'P-1', 'T-2');

    expect(await reviewOf(second.contact.id)).toEqual({ needs_review: true, review_reason: 'identity-belongs-to-another-contact' });
    expect(await bearersOf({ patientId: 'P-1', temporaryPatientId: 'T-2' })).toEqual([first.contact.id, second.contact.id]);
  });

  it('keeps the permanent id that the contact has, and asks for review', async () => {
    const { contact } = await upsert({ patientId: 'P-1' });

    await link(contact.id, 'P-2', null);

    expect(await reviewOf(contact.id)).toEqual({ needs_review: true, review_reason: 'patient-id-differs' });
    expect(await bearersOf({ patientId: 'P-2', temporaryPatientId: null })).toEqual([]);
  });

  it('refuses a contact of another facility', async () => {
    const { contact } = await upsert({});
    const other = (await hub.call('POST', '/facilities', aFacility())).body.id;

    await expect(
      asRequest(() => contacts.linkIdentities(other, contact.id, { patientId: 'P-1', temporaryPatientId: null })),
    ).rejects.toThrow(ContactNotFoundError);
    await expect(asRequest(() => contacts.getKept(other, contact.id))).rejects.toThrow(ContactNotFoundError);
    await expect(asRequest(() => contacts.patientOf(other, contact.id))).rejects.toThrow(ContactNotFoundError);
    await expect(asRequest(() => contacts.getFor({ ...CALLER, facilityIds: [other] }, contact.id))).rejects.toThrow(ContactNotFoundError);
  });
});

describe('patientOf', () => {
  it('is what the hospital is told', async () => {
    const { contact } = await upsert({
      phone: PHONE,
      dateOfBirth: '1990-04-23',
      email: 'a@example.org',
      gender: 'female',
      nationalId: 'AB123456',
      patientId: 'P-1',
    });

    expect(await asRequest(() => contacts.patientOf(facilityId, contact.id))).toEqual({
      name: 'Maria Santos',
      dateOfBirth: '1990-04-23',
      phone: '+639171234567',
      email: 'a@example.org',
      gender: 'female',
      nationalId: 'AB123456',
      patientId: 'P-1',
      temporaryPatientId: null,
    });
  });
});
