import { Injectable } from '@nestjs/common';
import { LockMode } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { newId } from '../common/ids.js';
import { must, PreparedStatement } from '../database/prepared-statement.js';
import { ChannelAddress, ContactChannel } from './channel-address.entity.js';
import { ContactIdentity, type IdentityKind } from './contact-identity.entity.js';
import { Contact } from './contact.entity.js';

/** By what contacts are found; all that are not null must fit, or (for candidates) any. */
export interface ContactKeys {
  phoneIndex: string | null;
  nationalIdIndex: string | null;
  patientId: string | null;
  temporaryPatientId: string | null;
}

/** An address of a contact. */
export interface ReachedAt {
  link: ContactChannel;
  address: ChannelAddress & { addressSealed: string };
}

/** `$1`: an array. In the order of their hashes: two that share keys never wait for each other. */
export const LOCK_KEYS =
  'select pg_advisory_xact_lock(hash) from (select distinct hashtextextended(key, 0) as hash from unnest($1::text[]) as named (key) order by 1) as ordered';

const LOCK = new PreparedStatement('lock-contact-keys', LOCK_KEYS);

/** Its erasure, which takes the row whole, waits for the transaction; other writers do not. */
const KEEP = new PreparedStatement<{ erased: boolean }>(
  'keep-contact',
  'select erased_at is not null as erased from contact where facility_id = $1 and id = $2 for key share',
);

const HAS_CANDIDATES = new PreparedStatement<{ has_any: boolean }>(
  'has-contact-candidates',
  `select exists (select from contact where facility_id = $1 and phone_index = $2)
     or exists (select from contact where facility_id = $1 and national_id_index = $3)
     or exists (select from contact_identity where facility_id = $1 and kind = 'patient' and value = $4)
     or exists (select from contact_identity where facility_id = $1 and kind = 'temporary' and value = $5) as has_any`,
);

const INSERT_CONTACT = new PreparedStatement(
  'insert-contact',
  `insert into contact (id, facility_id, name_sealed, date_of_birth_sealed, phone_sealed, raw_phone_sealed, email_sealed, gender_sealed,
     national_id_sealed, phone_index, email_index, national_id_index, locale, needs_review, created_at, updated_at, version)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, false, $14, $15, 1)`,
);

const ADD_IDENTITIES = new PreparedStatement(
  'add-identities',
  `with locked as materialized (${LOCK_KEYS}),
   wanted as (
     select id, kind, value from unnest($5::uuid[], $6::text[], $7::text[]) as given (id, kind, value), (select count(*) from locked) as held
   ),
   present as (
     select w.kind from wanted w join contact_identity i on i.facility_id = $2 and i.kind = w.kind and i.value = w.value and i.contact_id = $3
   ),
   target as materialized (
     select id from contact
     where facility_id = $2 and id = $3 and merged_into_id is null and (select count(*) from locked) >= 0 for no key update
   ),
   added as (
     insert into contact_identity (id, facility_id, contact_id, kind, value, created_at)
     select id, $2, $3, kind, value, $4::timestamptz from wanted
     where exists (select from target)
       and (kind <> 'patient' or not exists (select from contact_identity where facility_id = $2 and contact_id = $3 and kind = 'patient'))
     on conflict (facility_id, kind, value) do nothing returning 1
   ),
   touched as (update contact set updated_at = $4, version = version + 1 where id = $3 and exists (select from added))
   select ${must('(select count(*) from added) + (select count(*) from present) = cardinality($5::uuid[])')}`,
);

@Injectable()
export class ContactRepository {
  constructor(private readonly em: EntityManager) {}

  /** Whether the contact is erased; if not, it is not before the transaction ends. null: there is none. */
  async keep(facilityId: string, id: string): Promise<{ erased: boolean } | null> {
    return (await KEEP.run(this.em, [facilityId, id]))[0] ?? null;
  }

  /** Until the transaction ends nobody else holds any of `keys`. Taken in the order of their hashes: two that share keys never wait for each other. */
  async lock(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await LOCK.run(this.em, [keys]);
  }

  /** Of a contact that was merged the one that was kept; likewise in all that finds by id. */
  async find(facilityId: string, id: string): Promise<Contact | null> {
    return keptOne(id, at => this.em.findOne(Contact, { id: at, facilityId }));
  }

  /** Among the facilities given; null is all. */
  async findAmong(facilityIds: readonly string[] | null, id: string): Promise<Contact | null> {
    const among = facilityIds === null ? {} : { facilityId: { $in: [...facilityIds] } };
    return keptOne(id, at => this.em.findOne(Contact, { id: at, ...among }));
  }

  /** As it stands now, locked until the transaction ends. */
  async findForUpdate(facilityId: string, id: string): Promise<Contact | null> {
    const asItStands = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
    return keptOne(id, at => this.em.findOne(Contact, { id: at, facilityId }, asItStands));
  }

  /** Whether anybody shares any of the keys: of most who are new, nobody does. */
  async hasCandidates(facilityId: string, keys: ContactKeys): Promise<boolean> {
    const { phoneIndex, nationalIdIndex, patientId, temporaryPatientId } = keys;
    const [row] = await HAS_CANDIDATES.run(this.em, [facilityId, phoneIndex, nationalIdIndex, patientId, temporaryPatientId]);
    return row?.has_any === true;
  }

  /** A row that is not managed: not to be flushed. */
  async insert(contact: Contact): Promise<void> {
    await INSERT_CONTACT.send(this.em, [
      ...[contact.id, contact.facilityId, contact.nameSealed, contact.dateOfBirthSealed, contact.phoneSealed, contact.rawPhoneSealed],
      ...[contact.emailSealed, contact.genderSealed, contact.nationalIdSealed, contact.phoneIndex, contact.emailIndex],
      ...[contact.nationalIdIndex, contact.locale, contact.createdAt, contact.updatedAt],
    ]);
  }

  /** Whoever shares any of the keys, as they stand now; a merged one is no candidate. */
  async candidates(facilityId: string, keys: ContactKeys): Promise<Contact[]> {
    const ids = await this.idsByIdentity(facilityId, keys);
    const any = [
      ...(ids.length === 0 ? [] : [{ id: { $in: ids } }]),
      ...(keys.phoneIndex === null ? [] : [{ phoneIndex: keys.phoneIndex }]),
      ...(keys.nationalIdIndex === null ? [] : [{ nationalIdIndex: keys.nationalIdIndex }]),
    ];
    if (any.length === 0) return [];
    return this.em.find(Contact, { facilityId, mergedIntoId: null, $or: any }, { orderBy: { id: 'asc' }, refresh: true });
  }

  /** Newest first, those with an id below `before` that have all of `keys`. */
  async page(
    facilityId: string,
    keys: ContactKeys & { emailIndex: string | null },
    before: string | null,
    limit: number,
  ): Promise<Contact[]> {
    const all = [
      ...(keys.phoneIndex === null ? [] : [{ phoneIndex: keys.phoneIndex }]),
      ...(keys.emailIndex === null ? [] : [{ emailIndex: keys.emailIndex }]),
      ...(keys.nationalIdIndex === null ? [] : [{ nationalIdIndex: keys.nationalIdIndex }]),
      ...(keys.patientId === null ? [] : [{ id: { $in: await this.idsBy(facilityId, 'patient', keys.patientId) } }]),
      ...(keys.temporaryPatientId === null ? [] : [{ id: { $in: await this.idsBy(facilityId, 'temporary', keys.temporaryPatientId) } }]),
      ...(before === null ? [] : [{ id: { $lt: before } }]),
    ];
    return this.em.find(Contact, { facilityId, mergedIntoId: null, $and: all }, { orderBy: { id: 'desc' }, limit });
  }

  /** Of the contacts that bear either id. */
  async idsByIdentity(facilityId: string, ids: { patientId: string | null; temporaryPatientId: string | null }): Promise<string[]> {
    const found = [
      ...(ids.patientId === null ? [] : await this.idsBy(facilityId, 'patient', ids.patientId)),
      ...(ids.temporaryPatientId === null ? [] : await this.idsBy(facilityId, 'temporary', ids.temporaryPatientId)),
    ];
    return [...new Set(found)];
  }

  async findIdentity(facilityId: string, kind: IdentityKind, value: string): Promise<ContactIdentity | null> {
    return this.em.findOne(ContactIdentity, { facilityId, kind, value });
  }

  /** Oldest first. */
  async identitiesOf(facilityId: string, contactIds: readonly string[]): Promise<ContactIdentity[]> {
    return this.em.find(ContactIdentity, { facilityId, contactId: { $in: [...contactIds] } }, { orderBy: { createdAt: 'asc', id: 'asc' } });
  }

  /**
   * Puts ids that are new to everybody on the contact, in one statement. Fails (`isUnmet`) unless each of them is the contact's then: where
   * one is somebody else's, the contact has another permanent id, or was merged. Locks `keys` first, then the contact.
   */
  async addIdentities(
    facilityId: string,
    contactId: string,
    identities: readonly { kind: IdentityKind; value: string }[],
    keys: readonly string[],
    now: Date,
  ): Promise<void> {
    if (identities.length === 0) return;
    await ADD_IDENTITIES.send(this.em, [
      ...[keys, facilityId, contactId, now],
      ...[identities.map(() => newId(now)), identities.map(({ kind }) => kind), identities.map(({ value }) => value)],
    ]);
  }

  async channelsOf(facilityId: string, contactIds: readonly string[]): Promise<ReachedAt[]> {
    const links = await this.em.find(ContactChannel, { facilityId, contactId: { $in: [...contactIds] } });
    if (links.length === 0) return [];
    const addresses = await this.em.find(ChannelAddress, { facilityId, id: { $in: links.map(l => l.channelAddressId) } });
    const byId = new Map(addresses.map(a => [a.id, a]));
    return links.flatMap(link => {
      const address = byId.get(link.channelAddressId);
      return address && isKept(address) ? [{ link, address }] : [];
    });
  }

  private async idsBy(facilityId: string, kind: IdentityKind, value: string): Promise<string[]> {
    const identity = await this.findIdentity(facilityId, kind, value);
    return identity ? [identity.contactId] : [];
  }
}

function isKept(address: ChannelAddress): address is ChannelAddress & { addressSealed: string } {
  return address.addressSealed !== null;
}

/** Merges are never circular: only what is not merged is merged. */
async function keptOne(id: string, load: (id: string) => Promise<Contact | null>): Promise<Contact | null> {
  let contact = await load(id);
  while (contact?.mergedIntoId != null) contact = await load(contact.mergedIntoId);
  return contact;
}
