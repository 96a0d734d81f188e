import { Injectable } from '@nestjs/common';
import type { Channel } from '../facilities/facility.settings.js';
import { ContactSeal } from './contact-details.js';
import { ReachableContactRepository, type AddressRow, type ReachableRow } from './reachable-contact.repository.js';

/** An address that may be written to, in plain: never log it. */
export interface ReachedAddress {
  channelAddressId: string;
  channel: Channel;
  /** For SMS E.164, else as the channel gives it. */
  address: string;
  /** Blind index. */
  addressIndex: string;
  isOptedOut: boolean;
  /** When somebody last wrote from there, as the platform reports it; null: never. */
  lastInboundAt: Date | null;
}

/** A contact's phone, for SMS. null as `channelAddressId`: nothing was ever heard of it. */
export type ReachedPhone = Omit<ReachedAddress, 'channelAddressId' | 'channel'> & { channelAddressId: string | null };

/** Where a contact is reached. */
export interface ContactReach {
  /** Of one that was merged the kept one's. */
  contactId: string;
  /** BCP 47; null: the facility's. */
  locale: string | null;
  phone: ReachedPhone | null;
  /** The primary one first. */
  addresses: (ReachedAddress & { isPrimary: boolean })[];
}

/** Where messages to contacts go. The number of its statements does not grow with the lists. */
@Injectable()
export class ReachableContactsService {
  constructor(
    private readonly repository: ReachableContactRepository,
    private readonly seal: ContactSeal,
  ) {}

  /** By the ids given; one that is no contact of the facility is left out. Three statements. */
  async reachOf(facilityId: string, contactIds: readonly string[]): Promise<Map<string, ContactReach>> {
    const contacts = contactIds.length === 0 ? [] : await this.repository.contacts(facilityId, contactIds);
    if (contacts.length === 0) return new Map();
    const phones = await this.phonesOf(facilityId, contacts);
    const ids = [...new Set(contacts.map(({ id }) => id))];
    const addresses = Map.groupBy(await this.repository.addressesOf(facilityId, ids), ({ contactId }) => contactId);
    return new Map(
      contacts.map(({ askedId, id, locale }) => {
        const reached = (addresses.get(id) ?? []).map(row => ({ ...this.opened(row), isPrimary: row.isPrimary }));
        return [askedId, { contactId: id, locale, phone: phones.get(id) ?? null, addresses: reached }];
      }),
    );
  }

  /** By id; one that is no address of the facility is left out. One statement. */
  async addressOf(facilityId: string, channelAddressIds: readonly string[]): Promise<Map<string, ReachedAddress>> {
    const rows = channelAddressIds.length === 0 ? [] : await this.repository.addresses(facilityId, channelAddressIds);
    return new Map(rows.map(row => [row.id, this.opened(row)]));
  }

  /** By contact. What was heard of a phone holds for all who have it, linked or not. */
  private async phonesOf(facilityId: string, contacts: readonly ReachableRow[]): Promise<Map<string, ReachedPhone>> {
    const phones = contacts.flatMap(contact => {
      const address = this.seal.openPhone(contact);
      if (address === null) return [];
      return [{ contactId: contact.id, address, addressIndex: this.seal.addressIndex(facilityId, 'sms', address) }];
    });
    const rows = phones.length === 0 ? [] : await this.repository.phones(facilityId, [...new Set(phones.map(p => p.addressIndex))]);
    const known = new Map(rows.map(row => [row.addressIndex, row]));
    return new Map(
      phones.map(({ contactId, address, addressIndex }) => {
        const { id = null, isOptedOut = false, lastInboundMs = null } = known.get(addressIndex) ?? {};
        return [contactId, { channelAddressId: id, address, addressIndex, isOptedOut, lastInboundAt: instantOf(lastInboundMs) }];
      }),
    );
  }

  private opened(row: AddressRow): ReachedAddress {
    const { id, channel, addressIndex, isOptedOut, lastInboundMs } = row;
    const address = this.seal.openAddress(row);
    return { channelAddressId: id, channel, address, addressIndex, isOptedOut, lastInboundAt: instantOf(lastInboundMs) };
  }
}

function instantOf(epochMs: number | null): Date | null {
  return epochMs === null ? null : new Date(epochMs);
}
