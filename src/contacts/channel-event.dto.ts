import { IsIn } from 'class-validator';
import { IsInstant } from '../common/validators.js';
import { AddressDto } from '../facilities/address.dto.js';
import { CHANNEL_EVENT_TYPES, type ChannelEventType } from './channel-event-rules.js';

export class ChannelEventDto extends AddressDto {
  /** `inbound`: somebody wrote from there; `opt-out`, `opt-in`: they want no messages, or want them again. */
  @IsIn(CHANNEL_EVENT_TYPES)
  type!: ChannelEventType;

  /**
   * When it happened, with offset: at most 5 minutes ahead of the hub's clock, and taken as now then. What is reported late changes
   * nothing that came after it.
   * @example "2026-03-09T09:30:00+08:00"
   */
  @IsInstant()
  at!: string;
}
