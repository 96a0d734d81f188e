import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { UpstreamAppointment } from '../schedulers/scheduler.js';
import type { TimelineState } from './appointment-event.entity.js';
import type { Appointment } from './appointment.entity.js';
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

/** A booking's rows, each set in one statement: a booking is what the chat waits for. */
@Injectable()
export class BookingRows {
  /** The appointment, the attempt that is about to be sent, and "booking-requested" on the timeline. */
  async insertOpened(em: EntityManager, appointment: Appointment, attempt: UpstreamAttempt, event: EventRow): Promise<void> {
    const a = appointment;
    await em.execute(
      `with opened as (
         insert into appointment (id, facility_id, contact_id, calendar_id, appointment_type_id, start_at, end_at, status, notes_sealed,
           source, revision, needs_review, created_at, updated_at, version)
         values (?, ?, ?, ?, ?, ?, ?, 'PENDING', ?, 'platform', 0, false, ?, ?, 1)
       ), attempt as (
         insert into upstream_attempt (id, facility_id, appointment_id, kind, calendar_id, start_at, sent_at, deadline_at)
         values (?, ?, ?, 'book', ?, ?, ?, ?)
       )
       insert into appointment_event (id, facility_id, appointment_id, at, type, source, after, reference)
       values (?, ?, ?, ?, 'booking-requested', 'platform', ?::jsonb, ?)`,
      [
        ...[
          a.id,
          a.facilityId,
          a.contactId,
          a.calendarId,
          a.appointmentTypeId,
          a.startAt,
          a.endAt,
          a.notesSealed,
          a.createdAt,
          a.updatedAt,
        ],
        ...[attempt.id, a.facilityId, a.id, attempt.calendarId, attempt.startAt, attempt.sentAt, attempt.deadlineAt],
        ...[event.id, a.facilityId, a.id, event.at, JSON.stringify(event.after), attempt.id],
      ],
    );
  }

  /** Makes a `PENDING` booking `SCHEDULED`, with all that is noted of it; false, and nothing done, when it is `PENDING` no more. */
  async confirm(
    em: EntityManager,
    { appointment, attemptId, httpStatus, booked, stamps, event, key, now }: ConfirmedBooking,
  ): Promise<boolean> {
    const { id, facilityId } = appointment;
    const rows: unknown[] = await em.execute(
      `with booked as (
         update appointment set status = 'SCHEDULED', external_id = ?, patient_id = ?, temporary_patient_id = ?, stamps = ?::jsonb,
           revision = revision + 1, updated_at = ?, version = version + 1
         where id = ? and facility_id = ? and status = 'PENDING' returning id
       ), attempt as (
         update upstream_attempt set finished_at = ?, outcome = 'yes', http_status = ? where id = ? and exists (select from booked)
       ), key as (
         update idempotency_key set response_status = 201
         where facility_id = ? and route = ? and key_digest = ? and exists (select from booked)
       ), event as (
         insert into appointment_event (id, facility_id, appointment_id, at, type, source, before, after, reference)
         select ?::uuid, ?::uuid, id, ?::timestamptz, 'booked', 'hospital', ?::jsonb, ?::jsonb, ? from booked
       )
       select id from booked`,
      [
        ...[booked.appointmentId, booked.patientId, booked.temporaryPatientId, JSON.stringify(stamps), now, id, facilityId],
        ...[now, httpStatus, attemptId],
        ...[facilityId, key?.route ?? '', key?.keyDigest ?? ''],
        ...[event.id, facilityId, event.at, JSON.stringify(event.before), JSON.stringify(event.after), attemptId],
      ],
    );
    return rows.length === 1;
  }
}
