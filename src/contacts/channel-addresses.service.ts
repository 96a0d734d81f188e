import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import type { FieldError } from '../common/domain-error.js';
import { newId } from '../common/ids.js';
import { ValidationFailedError } from '../common/validation.pipe.js';
import { readAddress, type Address } from '../facilities/address-rules.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { Channel } from '../facilities/facility.settings.js';
import { ChannelAddressRepository, type HeardOf, type WantedAddress } from './channel-address.repository.js';
import { ContactSeal } from './contact-details.js';

/** Addresses on channels, whosever they are: what is known of one is its own, and outlives its contacts. */
@Injectable()
export class ChannelAddressesService {
  constructor(
    private readonly repository: ChannelAddressRepository,
    private readonly seal: ContactSeal,
    private readonly clock: Clock,
  ) {}

  /** The address normalised: for SMS E.164. Throws `ValidationFailedError`; `field`: the path of `given` in the request, empty for its root. */
  read(facility: Pick<Facility, 'country'>, given: Address, field: string): Address {
    const errors: FieldError[] = [];
    const address = readAddress(given, field, facility, errors);
    if (errors.length > 0) throw new ValidationFailedError(errors);
    return { channel: given.channel, address };
  }

  /** Makes the address if it is not known yet; one statement, mostly. `address`: normalised. */
  async ensureAddress(em: EntityManager, facilityId: string, channel: Channel, address: string): Promise<{ channelAddressId: string }> {
    const now = this.clock.now();
    const { id, isSealed } = await this.repository.ensure(em, this.wanted(facilityId, channel, address, now), now);
    if (!isSealed) await this.repository.sealAgain(em, facilityId, id, this.seal.sealAddress({ facilityId, id }, address));
    return { channelAddressId: id };
  }

  /** Notes what was heard of the address, known or not. `address`: normalised. */
  async hear(facilityId: string, { channel, address }: Address, heard: HeardOf): Promise<void> {
    const now = this.clock.now();
    await this.repository.hear(this.wanted(facilityId, channel, address, now), heard, now);
  }

  private wanted(facilityId: string, channel: Channel, address: string, now: Date): WantedAddress {
    const id = newId(now);
    const addressIndex = this.seal.addressIndex(facilityId, channel, address);
    return { id, facilityId, channel, addressSealed: this.seal.sealAddress({ facilityId, id }, address), addressIndex };
  }
}
