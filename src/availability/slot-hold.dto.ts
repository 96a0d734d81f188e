import { IsUUID } from 'class-validator';
import { IsInstant } from '../common/validators.js';

export class HoldSlotDto {
  /** @example "01999c5e-0000-7000-8000-000000000002" */
  @IsUUID()
  calendarId!: string;

  /** @example "01999c5e-0000-7000-8000-000000000003" */
  @IsUUID()
  appointmentTypeId!: string;

  /**
   * The start of a slot that availability gave, with its offset.
   * @example "2026-03-09T09:30:00+08:00"
   */
  @IsInstant()
  start!: string;
}

export class SlotHoldDto {
  /**
   * The `holdId` to book with.
   * @example "01999c5e-0000-7000-8000-000000000006"
   */
  id!: string;

  /** @example "01999c5e-0000-7000-8000-000000000001" */
  facilityId!: string;

  /** @example "01999c5e-0000-7000-8000-000000000002" */
  calendarId!: string;

  /** @example "01999c5e-0000-7000-8000-000000000003" */
  appointmentTypeId!: string;

  /**
   * In the calendar's zone, as the other times.
   * @example "2026-03-09T09:30:00+08:00"
   */
  start!: string;

  /** @example "2026-03-09T10:00:00+08:00" */
  end!: string;

  /**
   * From this moment on the seat is anybody's.
   * @example "2026-03-01T08:05:00+08:00"
   */
  expiresAt!: string;
}
