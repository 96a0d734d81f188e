import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { newId } from '../common/ids.js';
import { ContactChannel } from './channel-address.entity.js';
import { ChannelAddressesService } from './channel-addresses.service.js';
import { ContactSeal } from './contact-details.js';
import type { ChannelValue } from './contact-input.js';
import type { Contact } from './contact.entity.js';
import { ContactRepository } from './contact.repository.js';

/** The addresses a contact is reached at. An address outlives its contacts: what is known of it is its own. */
@Injectable()
export class ContactChannelsService {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: ContactRepository,
    private readonly seal: ContactSeal,
    private readonly addresses: ChannelAddressesService,
    private readonly clock: Clock,
  ) {}

  /** What to lock before addresses are looked up or written. */
  lockKeys(facilityId: string, channels: readonly ChannelValue[] | undefined): string[] {
    return (channels ?? []).map(
      ({ channel, address }) => `contact|${facilityId}|channel|${this.seal.addressIndex(facilityId, channel, address)}`,
    );
  }

  /** Makes `channels` the whole list, and says whether that changed anything. The keys must be locked. */
  async replace(contact: Contact, channels: readonly ChannelValue[]): Promise<boolean> {
    const links = new Map(
      (await this.repository.channelsOf(contact.facilityId, [contact.id])).map(({ link, address }) => [address.id, link]),
    );
    let hasChanged = false;
    for (const { channel, address, primary } of channels) {
      const { channelAddressId } = await this.addresses.ensureAddress(this.em, contact.facilityId, channel, address);
      const link = links.get(channelAddressId);
      links.delete(channelAddressId);
      hasChanged ||= link?.isPrimary !== primary;
      if (link) link.isPrimary = primary;
      else this.link(contact, channelAddressId, primary);
    }
    this.em.remove([...links.values()]);
    return hasChanged || links.size > 0;
  }

  private link(contact: Contact, channelAddressId: string, isPrimary: boolean): void {
    const { id: contactId, facilityId } = contact;
    this.em.persist(this.em.create(ContactChannel, { id: newId(this.clock.now()), facilityId, contactId, channelAddressId, isPrimary }));
  }
}
