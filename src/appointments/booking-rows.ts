import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { HubConfig } from '../config/config.js';
import { must, PreparedStatement } from '../database/prepared-statement.js';
import type { UpstreamAppointment } from '../schedulers/scheduler.js';
import type { TimelineState } from './appointment-event.entity.js';
import type { Appointment } from './appointment.entity.js';
import { BookingQuotaExceededError } from './appointment.errors.js';
import type { Stamps } from './stamp-rules.js';
import type { UpstreamAttempt } from './upstream-attempt.entity.js';

/** A timeline entry's row. */
export interface EventRow {
  id: string;
  at: Date;
  before: TimelineState | null;
  after: TimelineState;
}

/** What a yes of the hospital changes, and where it is noted. */
export interface ConfirmedBooking {
  appointment: Appointment;
  attemptId: string;
  httpStatus: number;
  booked: UpstreamAppointment;
  stamps: Stamps;
  event: EventRow;
  key: { route: string; keyDigest: string } | null;
  now: Date;
}

/** What a contact has used of its quota. */
interface QuotaUsed {
  /** Bookings by chat in the last 24 hours, whatever became of them. */
  booked: number;
  /** Appointments to come, whoever made them. */
  ahead: number;
}

/** A statement sees what was there before it: not the booking that it writes itself. */
const QUOTA_USED = (facilityId: string, contactId: string, now: string): string =>
  `select (count(*) filter (where source = 'platform' and created_at > ${now}::timestamptz - interval '1 day'))::int as booked,
     (count(*) filter (where status in ('PENDING', 'SCHEDULED') and start_at > ${now}::timestamptz))::int as ahead
   from appointment where facility_id = ${facilityId} and contact_id = ${contactId}`;

const INSERT_OPENED = new PreparedStatement(
  'insert-opened-booking',
  `with opened as (
     insert into appointment (id, facility_id, contact_id, calendar_id, appointment_type_id, start_at, end_at, status, notes_sealed,
       reply_to_id, source, revision, needs_review, created_at, updated_at, version)
     values ($1, $2, $3, $4, $5, $6, $7, 'PENDING', $8, $16::uuid, 'platform', 0, false, $9, $9, 1)
   ), attempt as (
     insert into upstream_attempt (id, facility_id, appointment_id, kind, calendar_id, start_at, sent_at, deadline_at, seats)
     values ($10, $2, $1, 'book', $4, $6, $11, $12, $17::int)
   ), event as (
     insert into appointment_event (id, facility_id, appointment_id, at, type, source, after, reference)
     values ($13, $2, $1, $14, 'booking-requested', 'platform', $15, $10::text)
   )
   select ${must('booked < $18::int and ahead < $19::int')} from (${QUOTA_USED('$2', '$3', '$9')}) as used`,
);

const FIND_QUOTA_USED = new PreparedStatement<QuotaUsed>('find-booking-quota-used', QUOTA_USED('$1', '$2', '$3'));

const CONFIRM = new PreparedStatement(
  'confirm-booking',
  `with booked as (
     update appointment set status = 'SCHEDULED', external_id = $3, patient_id = coalesce($4, patient_id),
       temporary_patient_id = coalesce($5, temporary_patient_id), stamps = $6::jsonb,
       revision = revision + 1, updated_at = $7, version = version + 1
     where id = $1 and facility_id = $2 and status = 'PENDING' and not needs_review returning id
   ), attempt as (
     update upstream_attempt set finished_at = $7, outcome = 'yes', http_status = $9 where id = $8 and exists (select from booked)
   ), key as (
     update idempotency_key set response_status = 201
     where facility_id = $2 and route = $10 and key_digest = $11 and exists (select from booked)
   ), event as (
     insert into appointment_event (id, facility_id, appointment_id, at, type, source, before, after, reference)
     select $12::uuid, $2, id, $13::timestamptz, 'booked', 'hospital', $14::jsonb, $15::jsonb, $8::text from booked
   )
   select ${must('exists (select from booked)')}`,
);

/** A booking's rows, each set in one statement: a booking is what the chat waits for. */
@Injectable()
export class BookingRows {
  constructor(private readonly config: HubConfig) {}

  /**
   * The appointment, the attempt that is about to be sent, and "booking-requested" on the timeline. Fails (`isUnmet`) where the contact has
   * used up its quota: `quotaExceeded` says so.
   */
  async insertOpened(em: EntityManager, appointment: Appointment, attempt: UpstreamAttempt, event: EventRow): Promise<void> {
    const a = appointment;
    await INSERT_OPENED.send(em, [
      ...[a.id, a.facilityId, a.contactId, a.calendarId, a.appointmentTypeId, a.startAt, a.endAt, a.notesSealed, a.createdAt],
      ...[attempt.id, attempt.sentAt, attempt.deadlineAt],
      ...[event.id, event.at, JSON.stringify(event.after), a.replyToId, attempt.seats],
      ...[this.config.bookingsPerContactPerDay, this.config.appointmentsAheadPerContact],
    ]);
  }

  /** Which quota the contact has used up; null: none. */
  async quotaExceeded(em: EntityManager, facilityId: string, contactId: string, now: Date): Promise<BookingQuotaExceededError | null> {
    const [used] = await FIND_QUOTA_USED.run(em, [facilityId, contactId, now]);
    const { bookingsPerContactPerDay, appointmentsAheadPerContact } = this.config;
    if (used && used.ahead >= appointmentsAheadPerContact) return new BookingQuotaExceededError('ahead', appointmentsAheadPerContact);
    return used && used.booked >= bookingsPerContactPerDay ? new BookingQuotaExceededError('booked', bookingsPerContactPerDay) : null;
  }

  /** Makes a `PENDING` booking `SCHEDULED`, with all that is noted of it. Fails (`isUnmet`) when it is `PENDING` no more. */
  async confirm(
    em: EntityManager,
    { appointment, attemptId, httpStatus, booked, stamps, event, key, now }: ConfirmedBooking,
  ): Promise<void> {
    const { id, facilityId } = appointment;
    await CONFIRM.send(em, [
      ...[id, facilityId, booked.appointmentId, booked.patientId, booked.temporaryPatientId, JSON.stringify(stamps), now],
      ...[attemptId, httpStatus, key?.route ?? '', key?.keyDigest ?? ''],
      ...[event.id, event.at, JSON.stringify(event.before), JSON.stringify(event.after)],
    ]);
  }
}
