import { IsBoolean } from 'class-validator';
import type { Page } from '../common/paging.js';
import { MayBeAbsent } from '../common/validators.js';

/** A kind of visit that a calendar offers. */
export class AppointmentTypeDto {
  /** @example "01999c5e-0000-7000-8000-000000000004" */
  id!: string;
  /**
   * The hospital's id; null for a default type, of which the hospital knows nothing.
   * @example "consult"
   */
  externalId!: string | null;
  /** @example "Consultation" */
  name!: string;
  /** @example 30 */
  durationMinutes!: number;
  /** Made by the hub, because the hospital lists no types for this calendar. */
  isDefault!: boolean;
}

/** A calendar of the hospital: a doctor, a room, a machine. */
export class CalendarDto {
  /** @example "01999c5e-0000-7000-8000-000000000002" */
  id!: string;
  /**
   * The hospital's id.
   * @example "cal-7"
   */
  externalId!: string;
  /** @example "Dr. Example, General Medicine" */
  name!: string;
  description!: string | null;
  /**
   * IANA; null: the facility's holds.
   * @example "Asia/Manila"
   */
  timezone!: string | null;
  /** Whether it is offered for booking. */
  enabled!: boolean;
  /** ISO 8601: when it was found to be gone from the hospital's list; null while it is there. */
  removedAt!: string | null;
  /**
   * ISO 8601: when the hospital's list was last applied with success.
   * @example "2026-03-09T09:30:00+08:00"
   */
  lastSyncedAt!: string | null;
  /** The default type first, then by name. */
  appointmentTypes!: AppointmentTypeDto[];
}

export class CalendarPageDto implements Page<CalendarDto> {
  data!: CalendarDto[];
  nextCursor!: string | null;
}

/** All else of a calendar is the hospital's. */
export class PatchCalendarDto {
  /**
   * Whether it is offered for booking.
   * @example false
   */
  @IsBoolean()
  @MayBeAbsent()
  enabled?: boolean;
}
