import { Injectable } from '@nestjs/common';
import { LockMode } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { newId } from '../common/ids.js';
import { ChannelAddress, ContactChannel, type Channel } from './channel-address.entity.js';
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
  address: ChannelAddress;
}

@Injectable()
export class ContactRepository {
  constructor(private readonly em: EntityManager) {}

  /** Until the transaction ends nobody else holds any of `keys`. Taken in the order of their hashes: two that share keys never wait for each other. */
  async lock(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.em.execute(lockSql(keys), [...keys]);
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
   * Puts ids that are new to everybody on the contact, in one statement; true when each of them is the contact's now. False where
   * one is somebody else's, the contact has another permanent id, or was merged: that wants a closer look. Locks `keys` first, then the contact.
   */
  async addIdentities(
    facilityId: string,
    contactId: string,
    identities: readonly { kind: IdentityKind; value: string }[],
    keys: readonly string[],
    now: Date,
  ): Promise<boolean> {
    if (identities.length === 0) return true;
    const rows = identities.map(() => '(?::uuid, ?, ?)').join(', ');
    const [counts]: { added: number; present: number }[] = await this.em.execute(
      `with locked as materialized (${lockSql(keys)}),
       wanted as (select id, kind, value from (values ${rows}) as given (id, kind, value), (select count(*) from locked) as held),
       present as (
         select w.kind from wanted w join contact_identity i on i.facility_id = ? and i.kind = w.kind and i.value = w.value and i.contact_id = ?
       ),
       target as materialized (
         select id from contact where facility_id = ? and id = ? and merged_into_id is null and (select count(*) from locked) >= 0 for no key update
       ),
       added as (
         insert into contact_identity (id, facility_id, contact_id, kind, value, created_at)
         select id, ?::uuid, ?::uuid, kind, value, ?::timestamptz from wanted
         where exists (select from target)
           and (kind <> 'patient' or not exists (select from contact_identity where facility_id = ? and contact_id = ? and kind = 'patient'))
         on conflict (facility_id, kind, value) do nothing returning 1
       ),
       touched as (update contact set updated_at = ?, version = version + 1 where id = ? and exists (select from added))
       select (select count(*)::int from added) as added, (select count(*)::int from present) as present`,
      [
        ...keys,
        ...identities.flatMap(({ kind, value }) => [newId(now), kind, value]),
        ...[facilityId, contactId, facilityId, contactId, facilityId, contactId, now, facilityId, contactId, now, contactId],
      ],
    );
    return counts !== undefined && counts.added + counts.present === identities.length;
  }

  async findAddress(facilityId: string, channel: Channel, addressIndex: string): Promise<ChannelAddress | null> {
    return this.em.findOne(ChannelAddress, { facilityId, channel, addressIndex });
  }

  async channelsOf(facilityId: string, contactIds: readonly string[]): Promise<ReachedAt[]> {
    const links = await this.em.find(ContactChannel, { facilityId, contactId: { $in: [...contactIds] } });
    if (links.length === 0) return [];
    const addresses = await this.em.find(ChannelAddress, { facilityId, id: { $in: links.map(l => l.channelAddressId) } });
    const byId = new Map(addresses.map(a => [a.id, a]));
    return links.flatMap(link => {
      const address = byId.get(link.channelAddressId);
      return address ? [{ link, address }] : [];
    });
  }

  private async idsBy(facilityId: string, kind: IdentityKind, value: string): Promise<string[]> {
    const identity = await this.findIdentity(facilityId, kind, value);
    return identity ? [identity.contactId] : [];
  }
}

/** Merges are never circular: only what is not merged is merged. */
async function keptOne(id: string, load: (id: string) => Promise<Contact | null>): Promise<Contact | null> {
  let contact = await load(id);
  while (contact?.mergedIntoId != null) contact = await load(contact.mergedIntoId);
  return contact;
}

/** In the order of their hashes: two that share keys never wait for each other. */
function lockSql(keys: readonly string[]): string {
  const rows = keys.map(() => '(?)').join(', ');
  return `select pg_advisory_xact_lock(hash) from (select distinct hashtextextended(key, 0) as hash from (values ${rows}) as given (key) order by 1) as ordered`;
}
