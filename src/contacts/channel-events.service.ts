import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { InvalidFieldError } from '../common/domain-error.js';
import { instantOf } from '../common/validators.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { ChannelAddressesService } from './channel-addresses.service.js';
import type { ChannelEventDto } from './channel-event.dto.js';
import { eventTime, heardBy } from './channel-event-rules.js';

/** What the platform, which owns the chat, tells of the addresses in it: Messenger's 24 h and opt-outs rest on it. */
@Injectable()
export class ChannelEventsService {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly addresses: ChannelAddressesService,
    private readonly clock: Clock,
  ) {}

  /** In any order, and as often as they come. Throws `FacilityNotFoundError`, `ValidationFailedError`, `InvalidFieldError`. */
  async take(caller: Caller, facilityId: string, dto: ChannelEventDto): Promise<void> {
    const facility = await this.facilities.get(caller, facilityId);
    const address = this.addresses.read(facility, dto, '');
    const at = eventTime(instantOf(dto.at, 'at'), this.clock.now());
    if (!at) throw new InvalidFieldError('at', 'in-future', 'at must not lie more than 5 minutes in the future.');
    await this.addresses.hear(facilityId, address, heardBy(dto.type, at));
  }
}
