import { Injectable } from '@nestjs/common';
import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from '../database/prepared-statement.js';
import { Contact } from './contact.entity.js';

/** A contact, and those that were merged into it, whether at once or by another. */
const FAMILY = new PreparedStatement<{ id: string }>(
  'contact-with-merged',
  `with recursive family (id) as (
     select id from contact where facility_id = $1 and id = $2
     union
     select c.id from contact c join family f on c.merged_into_id = f.id where c.facility_id = $1
   )
   select id from family order by id`,
);

/** Whatever leads to the addresses that are the patient's: linked, their phone's own, where their bookings are answered. */
const ADDRESSES = `select a.id from channel_address a where a.facility_id = $1 and a.id = any(array(
  select channel_address_id from contact_channel where facility_id = $1 and contact_id = any($2::uuid[])
  union select reply_to_id from appointment where facility_id = $1 and contact_id = any($2::uuid[]) and reply_to_id is not null
  union select id from channel_address where facility_id = $1 and channel = 'sms' and address_index = any($3::text[])
))`;

const LOCK_ADDRESSES = new PreparedStatement<{ id: string }>('lock-erased-addresses', `${ADDRESSES} order by a.id for update`);

const UNLINK = new PreparedStatement(
  'unlink-erased-contacts',
  'delete from contact_channel where facility_id = $1 and contact_id = any($2::uuid[])',
);

const FORGET_IDENTITIES = new PreparedStatement(
  'forget-erased-identities',
  'delete from contact_identity where facility_id = $1 and contact_id = any($2::uuid[])',
);

/** Those of `$2` that nobody else has: no link, no booking of another that is answered there, no other contact's phone (`$4`: indexes). */
const NOBODYS = `a.facility_id = $1 and a.id = any($2::uuid[])
  and not exists (select from contact_channel l where l.facility_id = $1 and l.channel_address_id = a.id)
  and not exists (select from appointment p where p.facility_id = $1 and p.reply_to_id = a.id and p.contact_id <> all($3::uuid[]))
  and not (a.channel = 'sms' and a.address_index = any($4::text[]))`;

const REMOVE_ADDRESSES = new PreparedStatement(
  'remove-erased-addresses',
  `delete from channel_address a where ${NOBODYS} and not a.is_opted_out`,
);

const EMPTY_ADDRESSES = new PreparedStatement(
  'empty-erased-addresses',
  `update channel_address a set address_sealed = null, last_inbound_at = null where ${NOBODYS} and a.is_opted_out`,
);

const OTHERS_PHONES = new PreparedStatement<{ phoneIndex: string }>(
  'phones-of-others',
  `select distinct phone_index as "phoneIndex" from contact
   where facility_id = $1 and phone_index = any($2::text[]) and id <> all($3::uuid[])`,
);

/** Finds and removes what there is of a contact besides its row. Takes part in the caller's transaction. */
@Injectable()
export class ContactErasureRepository {
  async familyIds(em: EntityManager, facilityId: string, contactId: string): Promise<string[]> {
    return (await FAMILY.run(em, [facilityId, contactId])).map(({ id }) => id);
  }

  async find(em: EntityManager, facilityId: string, ids: readonly string[]): Promise<Contact[]> {
    return em.find(Contact, { facilityId, id: { $in: [...ids] } }, { orderBy: { id: 'asc' } });
  }

  /** As they stand now, locked until the transaction ends, in the order of their ids. */
  async lock(em: EntityManager, facilityId: string, ids: readonly string[]): Promise<Contact[]> {
    const where = { facilityId, id: { $in: [...ids] } };
    return em.find(Contact, where, { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  }

  /** Of the phones' blind indexes those that another contact has, too. */
  async phonesOfOthers(
    em: EntityManager,
    facilityId: string,
    indexes: readonly string[],
    contactIds: readonly string[],
  ): Promise<Set<string>> {
    const rows = await OTHERS_PHONES.run(em, [facilityId, indexes, contactIds]);
    return new Set(rows.map(({ phoneIndex }) => phoneIndex));
  }

  /**
   * Takes the ids of the hospital and the addresses off the contacts. An address that nobody else has is removed; where no messages are wanted
   * there, its blind index stays, so that this holds. `phones`: the address indexes of the contacts' phones; `othersPhones`: those of them
   * that somebody else has.
   */
  async forget(
    em: EntityManager,
    facilityId: string,
    contactIds: readonly string[],
    phones: readonly string[],
    othersPhones: readonly string[],
  ): Promise<void> {
    const addressIds = (await LOCK_ADDRESSES.run(em, [facilityId, contactIds, phones])).map(({ id }) => id);
    await UNLINK.run(em, [facilityId, contactIds]);
    await FORGET_IDENTITIES.run(em, [facilityId, contactIds]);
    const nobodys = [facilityId, addressIds, contactIds, othersPhones];
    await EMPTY_ADDRESSES.run(em, nobodys);
    await REMOVE_ADDRESSES.run(em, nobodys);
  }
}
