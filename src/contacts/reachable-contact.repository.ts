import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { SharedStatement } from '../database/shared-statement.js';
import type { Channel } from '../facilities/facility.settings.js';

/** What is read of a contact that is to be written to. */
export interface ReachableRow {
  /** The id that was asked for. */
  askedId: string;
  /** Of the contact itself: of one that was merged the kept one. */
  id: string;
  facilityId: string;
  locale: string | null;
  phoneSealed: string | null;
}

/** What is known of an address. */
export interface AddressRow {
  id: string;
  facilityId: string;
  channel: Channel;
  addressSealed: string;
  addressIndex: string;
  isOptedOut: boolean;
  /** Epoch milliseconds: PostgreSQL's times are not read in these statements. */
  lastInboundMs: number | null;
}

const ADDRESS = `a.id, a.facility_id as "facilityId", a.channel, a.address_sealed as "addressSealed", a.address_index as "addressIndex",
  a.is_opted_out as "isOptedOut", (extract(epoch from a.last_inbound_at) * 1000)::float8 as "lastInboundMs"`;

const CONTACTS = new SharedStatement<ReachableRow>(
  'reachable-contacts',
  `with recursive way (asked_id, id, merged_into_id) as (
     select id, id, merged_into_id from contact where facility_id = $1 and id = any ($2::uuid[])
     union all
     select w.asked_id, c.id, c.merged_into_id from way w join contact c on c.facility_id = $1 and c.id = w.merged_into_id
   )
   select w.asked_id as "askedId", c.id, c.facility_id as "facilityId", c.locale, c.phone_sealed as "phoneSealed"
   from way w join contact c on c.id = w.id where w.merged_into_id is null`,
  ['uuid', 'uuid[]'],
);

const LINKED = new SharedStatement<AddressRow & { contactId: string; isPrimary: boolean }>(
  'addresses-of-contacts',
  `select l.contact_id as "contactId", l.is_primary as "isPrimary", ${ADDRESS}
   from contact_channel l join channel_address a on a.facility_id = $1 and a.id = l.channel_address_id
   where l.facility_id = $1 and l.contact_id = any ($2::uuid[]) and a.address_sealed is not null order by l.is_primary desc, l.id`,
  ['uuid', 'uuid[]'],
);

/** Also those of which only that they want no messages is kept. */
const BY_INDEX = new SharedStatement<Omit<AddressRow, 'addressSealed'>>(
  'addresses-by-index',
  `select ${ADDRESS} from channel_address a where a.facility_id = $1 and a.channel = 'sms' and a.address_index = any ($2::text[])`,
  ['uuid', 'text[]'],
);

const BY_ID = new SharedStatement<AddressRow>(
  'addresses-by-id',
  `select ${ADDRESS} from channel_address a where a.facility_id = $1 and a.id = any ($2::uuid[]) and a.address_sealed is not null`,
  ['uuid', 'uuid[]'],
);

/** Reads of many contacts at once what a message to them needs. */
@Injectable()
export class ReachableContactRepository {
  constructor(private readonly em: EntityManager) {}

  async contacts(facilityId: string, contactIds: readonly string[]): Promise<ReachableRow[]> {
    return CONTACTS.run(this.em, [facilityId, contactIds]);
  }

  /** The primary one first. */
  async addressesOf(
    facilityId: string,
    contactIds: readonly string[],
  ): Promise<(AddressRow & { contactId: string; isPrimary: boolean })[]> {
    return LINKED.run(this.em, [facilityId, contactIds]);
  }

  /** Of SMS, whether or not they are linked to any contact. */
  async phones(facilityId: string, addressIndexes: readonly string[]): Promise<Omit<AddressRow, 'addressSealed'>[]> {
    return BY_INDEX.run(this.em, [facilityId, addressIndexes]);
  }

  async addresses(facilityId: string, ids: readonly string[]): Promise<AddressRow[]> {
    return BY_ID.run(this.em, [facilityId, ids]);
  }
}
