import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, IsUUID, Length } from 'class-validator';
import { PageQuery, type Page } from '../common/paging.js';
import { IsInstant, MayBeAbsent, Nested } from '../common/validators.js';
import { ContactInputDto } from '../contacts/contact.dto.js';
import { AddressDto } from '../facilities/address.dto.js';
import type { TimelineType } from './appointment-event.entity.js';
import { APPOINTMENT_STATUSES, type AppointmentSource, type AppointmentStatus } from './appointment-state.js';

export class BookAppointmentDto {
  /** A contact of this facility; or give `contact`. */
  @IsUUID()
  @MayBeAbsent()
  contactId?: string;

  /** The patient: matched with those known, else made; or give `contactId`. */
  @Nested(() => ContactInputDto)
  @MayBeAbsent()
  contact?: ContactInputDto;

  @IsUUID()
  calendarId!: string;

  @IsUUID()
  appointmentTypeId!: string;

  /**
   * The start of a slot that availability gave, with its offset.
   * @example "2026-03-09T09:30:00+08:00"
   */
  @IsInstant()
  start!: string;

  /**
   * A hold of this very slot, whose seat this booking then has. One that has ended is as none: the seat is booked if it is free.
   * @example "01999c5e-0000-7000-8000-000000000006"
   */
  @IsUUID()
  @MayBeAbsent()
  holdId?: string;

  /** Where whoever books is written to about it first: a mother who books for her child, in her own chat. The patient's own, if left out. */
  @Nested(() => AddressDto)
  @MayBeAbsent()
  replyTo?: AddressDto;

  /** For the hospital; kept encrypted. */
  @IsString()
  @Length(1, 1_000)
  @IsOptional()
  notes?: string | null;
}

export class ReviewAppointmentDto {
  /**
   * What was found, for whoever reads the timeline; kept encrypted.
   * @example "Asked by phone: it was not booked"
   */
  @IsString()
  @Length(1, 1_000)
  @IsOptional()
  note?: string | null;
}

export class RescheduleAppointmentDto {
  /**
   * The start of the new slot, with its offset.
   * @example "2026-03-10T14:00:00+08:00"
   */
  @IsInstant()
  start!: string;

  /** Another calendar that offers the same type; the present one if left out. */
  @IsUUID()
  @MayBeAbsent()
  calendarId?: string;
}

export class CancelAppointmentDto {
  /**
   * Why, for the hospital; kept encrypted.
   * @example "The patient is travelling."
   */
  @IsString()
  @Length(1, 1_000)
  @IsOptional()
  reason?: string | null;
}

export class AppointmentQuery extends PageQuery {
  @IsUUID()
  @MayBeAbsent()
  contactId?: string;

  /** The hospital's permanent patient id. */
  @IsString()
  @Length(1, 200)
  @MayBeAbsent()
  patientId?: string;

  /** The hospital's temporary patient id. */
  @IsString()
  @Length(1, 200)
  @MayBeAbsent()
  temporaryPatientId?: string;

  /** The hospital's appointment id. */
  @IsString()
  @Length(1, 200)
  @MayBeAbsent()
  appointmentId?: string;

  @IsIn(APPOINTMENT_STATUSES)
  @MayBeAbsent()
  status?: AppointmentStatus;

  /** A person's queue: what only a person can settle. */
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  @MayBeAbsent()
  needsReview?: boolean;

  /** Starts at or after; ISO 8601 with offset. */
  @IsInstant()
  @MayBeAbsent()
  from?: string;

  /** Starts before; ISO 8601 with offset. */
  @IsInstant()
  @MayBeAbsent()
  to?: string;
}

export class ChangePermissionDto {
  allowed!: boolean;
  /** The last instant at which the chat may; null where no instant decides. */
  until!: string | null;
  /** Why not. */
  code!: string | null;
  /** Whom the patient calls instead. */
  phone!: string | null;
}

export class PendingChangeDto {
  kind!: 'reschedule' | 'cancel';
  start!: string | null;
  since!: string;
}

export class AppointmentDto {
  id!: string;
  facilityId!: string;
  contactId!: string;
  calendarId!: string | null;
  appointmentTypeId!: string | null;
  /**
   * In the calendar's zone; null: the hospital has not told it.
   * @example "2026-03-09T09:30:00+08:00"
   */
  start!: string | null;
  end!: string | null;
  /** `PENDING`: sent, outcome unknown. `SHOW`: the patient checked in. `FAILED`: the hospital said no. */
  status!: AppointmentStatus;
  /** The hospital's. */
  appointmentId!: string | null;
  patientId!: string | null;
  temporaryPatientId!: string | null;
  queueNumber!: string | null;
  reason!: string | null;
  source!: AppointmentSource;
  /** Rises only when status, start or calendar really change. */
  revision!: number;
  /** A change whose outcome at the hospital is not known yet. */
  pendingChange!: PendingChangeDto | null;
  needsReview!: boolean;
  reviewReason!: string | null;
  canReschedule!: ChangePermissionDto;
  canCancel!: ChangePermissionDto;
  createdAt!: string;
  updatedAt!: string;
}

export class AppointmentPageDto implements Page<AppointmentDto> {
  data!: AppointmentDto[];
  nextCursor!: string | null;
}

export class TimelineStateDto {
  status?: string;
  start?: string | null;
  calendarId?: string | null;
  queueNumber?: string | null;
  /** The code of a refusal, or of why the outcome is unknown. */
  code?: string;
}

export class TimelineEntryDto {
  at!: string;
  /** @example "booked" */
  type!: TimelineType;
  source!: 'platform' | 'hospital' | 'reconciliation';
  before!: TimelineStateDto | null;
  after!: TimelineStateDto | null;
  /** The call to the hospital, or the webhook event, that this rests on; of what a person did, the API key. */
  reference!: string | null;
  /** What a person noted; kept encrypted. */
  note!: string | null;
}

export class TimelineDto {
  /** Oldest first. */
  data!: TimelineEntryDto[];
}
