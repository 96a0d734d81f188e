import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsUUID, Max, Min } from 'class-validator';
import { IsInstant, IsMonth, LowerCase, MayBeAbsent } from '../common/validators.js';

export const AVAILABILITY_SOURCES = ['live', 'cache', 'stale'] as const;
export type AvailabilitySource = (typeof AVAILABILITY_SOURCES)[number];

export const EMPTY_REASONS = ['none-offered', 'past-month', 'calendar-disabled', 'calendar-removed', 'type-not-offered'] as const;
export type EmptyReason = (typeof EMPTY_REASONS)[number];

export class AvailabilityQueryDto {
  /**
   * In the calendar's zone.
   * @example "2026-03"
   */
  @IsMonth()
  month!: string;

  /** @example "01999c5e-0000-7000-8000-000000000002" */
  @LowerCase()
  @IsUUID()
  calendarId!: string;

  /** @example "01999c5e-0000-7000-8000-000000000003" */
  @LowerCase()
  @IsUUID()
  appointmentTypeId!: string;
}

export class NextSlotsQueryDto {
  /**
   * Each calendar's default type, or its first, if left out.
   * @example "01999c5e-0000-7000-8000-000000000003"
   */
  @LowerCase()
  @IsUUID()
  @MayBeAbsent()
  appointmentTypeId?: string;

  /**
   * All calendars, if left out.
   * @example "01999c5e-0000-7000-8000-000000000002"
   */
  @LowerCase()
  @IsUUID()
  @MayBeAbsent()
  calendarId?: string;

  /**
   * Slots that begin at this instant or later; now, if left out. `+` in a URL is written `%2B`.
   * @example "2026-03-09T09:30:00+08:00"
   */
  @IsInstant()
  @MayBeAbsent()
  from?: string;

  /** How many at most. */
  @ApiPropertyOptional({ minimum: 1, maximum: 50, default: 5, type: 'integer' })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(50)
  @MayBeAbsent()
  limit: number = 5;
}

export class SlotDto {
  /**
   * With the offset of the calendar's zone at that moment.
   * @example "2026-03-09T09:30:00+08:00"
   */
  start!: string;

  /** @example "2026-03-09T10:00:00+08:00" */
  end!: string;

  /**
   * How many seats are left, at least 1.
   * @example 1
   */
  available!: number;
}

export class AvailabilityDayDto {
  /**
   * In the calendar's zone.
   * @example "2026-03-09"
   */
  date!: string;

  slots!: SlotDto[];
}

/** Where an answer comes from. */
export class FreshnessDto {
  /**
   * `live`: the hospital was asked for this answer. `cache`: some seconds ago. `stale`: it does not answer now; this is what it said last.
   * @example "live"
   */
  source!: AvailabilitySource;

  /**
   * When the hospital was asked.
   * @example "2026-03-01T08:00:00+08:00"
   */
  fetchedAt!: string;
}

export class AvailabilityDto {
  /** @example "2026-03" */
  month!: string;

  /** @example "Asia/Manila" */
  timezone!: string;

  /** Days that have slots, in order; past slots are left out. */
  days!: AvailabilityDayDto[];

  freshness!: FreshnessDto;

  /**
   * Null unless `days` is empty. `none-offered` is the hospital's answer; for the others it is not asked, and `freshness` is `live`, now.
   * @example null
   */
  emptyReason!: EmptyReason | null;
}

export class NextSlotDto extends SlotDto {
  /** @example "01999c5e-0000-7000-8000-000000000002" */
  calendarId!: string;

  /** @example "01999c5e-0000-7000-8000-000000000003" */
  appointmentTypeId!: string;
}

export class NextSlotsDto {
  /** Earliest first. */
  data!: NextSlotDto[];

  /** The worst source and the oldest read among those that the answer rests on. */
  freshness!: FreshnessDto;

  /** Calendars of which nothing, or not enough, could be learned: they may have earlier slots. */
  failedCalendarIds!: string[];
}
