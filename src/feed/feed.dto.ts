import { OmitType } from '@nestjs/swagger';
import { IsString, IsUUID, Length } from 'class-validator';
import { PageQuery } from '../common/paging.js';
import { LowerCase, MayBeAbsent } from '../common/validators.js';
import type { PlatformEvent } from './platform-event.entity.js';

export class FeedQuery extends OmitType(PageQuery, ['cursor'] as const) {
  /** The `nextCursor` of the page before, or the `id` of an entry; from the beginning, if left out. */
  @IsString()
  @Length(1, 100)
  @MayBeAbsent()
  after?: string;

  /** This facility's entries alone; those of all that the key may touch, if left out. */
  @LowerCase()
  @IsUUID()
  @MayBeAbsent()
  facilityId?: string;
}

export class FeedEntryDto {
  /** A cursor: what comes `after` this entry. The same entry has the same, however often it is read. */
  id!: string;
  type!: PlatformEvent['type'];
  facilityId!: string;
  /** Of what has become of an appointment. */
  appointmentId!: string | null;
  /** null: it is the facility's own change (`facility.changed`). */
  contactId!: string | null;
  /** The appointment's after this change: an entry of a lower one than is known is out of date. */
  revision!: number | null;
  /**
   * The fields that changed; read the appointment, contact or facility for what they are now. None, of what is new. `revision` alone:
   * changed more than once, and back, in one go.
   * @example ["start", "calendarId"]
   */
  changed!: string[];
  /** ISO 8601, in the facility's zone. */
  at!: string;
}

export class FeedPageDto {
  /** Oldest first. */
  data!: FeedEntryDto[];
  /** The next `after`, also where nothing is left: what comes next is behind it. */
  nextCursor!: string;
}
