import { Injectable } from '@nestjs/common';
import { AvailabilityService } from '../availability/availability.service.js';
import type { Bookable } from '../calendars/bookable.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import { Clock } from '../common/clock.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import type { Facility } from '../facilities/facility.entity.js';
import { isAway } from '../schedulers/hospital-call-rules.js';
import type { UpstreamListedAppointment, WriteOutcome } from '../schedulers/scheduler.js';
import { UpstreamError } from '../schedulers/upstream.errors.js';
import type { Appointment } from './appointment.entity.js';
import { sealedPlaceOf } from './appointment.mapper.js';
import { AppointmentRepository } from './appointment.repository.js';
import { BookingResolution, type ListedState } from './booking-resolution.service.js';
import { CallRepeats } from './call-repeats.service.js';
import { HospitalCalls } from './hospital-calls.js';
import { HospitalRecordsService } from './hospital-records.service.js';
import { FREE_SEATS_APART_MS, LISTS_APART_MS } from './look-timing-rules.js';
import { isSignOfFreeSeat, judgeSign } from './not-booked-rules.js';
import { TimeBudget } from './time-budget.js';
import type { UnknownOutcome } from './unknown-outcome.entity.js';

/** A booking of unknown outcome, and what a look at it needs. */
export interface BookingLook {
  outcome: UnknownOutcome;
  facility: Facility;
  appointment: Appointment;
  /** When the last call must have ended. */
  deadlineAt: Date;
}

/** `away`: the hospital does not answer, so no other way was tried. `silent`: as far as is known it is well, but no way is left that could tell. */
export type LookResult = 'ended' | 'open' | 'away' | 'silent';

/** One look at a booking of unknown outcome: each way to learn it, the surest first. What it has seen it leaves in `outcome`. */
@Injectable()
export class BookingReconciliation {
  constructor(
    private readonly calendars: CalendarsService,
    private readonly availability: AvailabilityService,
    private readonly repository: AppointmentRepository,
    private readonly records: HospitalRecordsService,
    private readonly repeats: CallRepeats,
    private readonly hospital: HospitalCalls,
    private readonly resolution: BookingResolution,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  async look(look: BookingLook): Promise<LookResult> {
    const bookable = await this.bookableOf(look);
    const listed = await this.byList(look);
    if (listed === 'ended' || listed === 'away') return listed;
    const repeated = bookable ? await this.byRepeat(look, bookable) : 'silent';
    if (repeated === 'ended' || repeated === 'away') return repeated;
    const seen = bookable ? await this.bySeat(look, bookable) : 'silent';
    return seen === 'silent' && (listed === 'open' || repeated === 'open') ? 'open' : seen;
  }

  private async byList(look: BookingLook): Promise<LookResult> {
    const { outcome, facility, deadlineAt } = look;
    const looked = await this.records.findBooking(facility, outcome.appointmentId);
    if (looked.kind === 'away') return 'away';
    if (looked.kind === 'none') return 'silent';
    if (looked.said.kind === 'found') return this.found(look, looked.said.appointment);
    if (looked.said.kind === 'unclear') {
      outcome.absentAt = null;
      return 'open';
    }
    // Of what has begun, many a list shows nothing any more.
    if (look.appointment.startAt && look.appointment.startAt <= this.clock.now()) return 'open';
    const sign = judgeSign({ readAt: looked.readAt, deadlineAt, firstAt: outcome.absentAt, apartMs: LISTS_APART_MS });
    outcome.absentAt = sign.firstAt;
    if (!sign.isProof) return 'open';
    await this.resolution.notBooked(outcome, 'not-listed');
    return 'ended';
  }

  private async found({ outcome, facility, appointment }: BookingLook, listed: UpstreamListedAppointment): Promise<LookResult> {
    const { appointmentId, patientId, temporaryPatientId } = listed;
    const state = await this.listedState(facility, appointment, listed);
    const isDone = await this.resolution.booked(
      outcome,
      { appointmentId, patientId, temporaryPatientId, updatedAt: null },
      'listed',
      state,
    );
    return isDone ? 'ended' : 'open';
  }

  /** The staff may have moved or canceled it since: the list has the last word of the hospital. */
  private async listedState(facility: Facility, appointment: Appointment, listed: UpstreamListedAppointment): Promise<ListedState> {
    const references = await this.calendars.references(facility);
    const calendarId = listed.calendarExternalId === null ? null : references.calendarIdOf(listed.calendarExternalId);
    const startAt = listed.start ?? appointment.startAt;
    const isSamePlace =
      startAt?.getTime() === appointment.startAt?.getTime() && (calendarId ?? appointment.calendarId) === appointment.calendarId;
    const minutes = references.durationMinutesOf(calendarId ?? appointment.calendarId, appointment.appointmentTypeId);
    const endAt = startAt && new Date(startAt.getTime() + minutes * 60_000);
    return { isCanceled: listed.status === 'canceled', movedTo: isSamePlace || !startAt || !endAt ? null : { startAt, endAt, calendarId } };
  }

  /** Only where a repeated create books once. A patient whose details have changed since makes another body under the same key: at worst it is refused, which proves nothing. */
  private async byRepeat({ outcome, facility, appointment }: BookingLook, bookable: Bookable): Promise<LookResult> {
    const { startAt } = appointment;
    // Nor once a person was asked: they may have booked another way by now.
    if (!facility.scheduler.idempotentCreate || outcome.flaggedAt !== null || startAt === null || startAt <= this.clock.now())
      return 'silent';
    const notes = this.cipher.openOptional(appointment.notesSealed, sealedPlaceOf(appointment, 'notes_sealed'));
    const answered = await this.repeats.send(
      outcome,
      present => present.status === 'PENDING',
      opened => this.hospital.book(facility, bookable, { ...opened, patient: null }, notes, new TimeBudget(this.clock, null), null, true),
    );
    // A new call is under way, or was: what was seen before it proves nothing any more.
    outcome.absentAt = null;
    outcome.freeAt = null;
    return answered === null ? 'open' : this.answered(outcome, facility, answered);
  }

  private async answered(outcome: UnknownOutcome, facility: Facility, answered: WriteOutcome): Promise<LookResult> {
    switch (answered.outcome) {
      case 'yes':
        return (await this.resolution.booked(outcome, answered.appointment, 'repeated', null)) ? 'ended' : 'open';
      case 'no':
        await this.resolution.notBooked(outcome, 'repeated', answered.code);
        return 'ended';
      case 'unknown':
        return isAway(answered.code) ? 'away' : 'open';
    }
  }

  private async bySeat({ outcome, facility, appointment, deadlineAt }: BookingLook, bookable: Bookable): Promise<LookResult> {
    const { startAt } = appointment;
    const { seats: before } = await this.repository.getAttempt(facility.id, outcome.attemptId);
    if (before !== 1 || startAt === null || startAt <= this.clock.now()) return 'silent';
    try {
      const { seats: now, hasSeveralSeats, readAt } = await this.availability.seeSeats(facility, bookable, startAt);
      if (!isSignOfFreeSeat({ before, now, hasSeveralSeats })) {
        outcome.freeAt = null;
        return 'silent';
      }
      const sign = judgeSign({ readAt, deadlineAt, firstAt: outcome.freeAt, apartMs: FREE_SEATS_APART_MS });
      outcome.freeAt = sign.firstAt;
      if (!sign.isProof) return 'open';
      await this.resolution.notBooked(outcome, 'seen-free');
      return 'ended';
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      return isAway(error.code) ? 'away' : 'open';
    }
  }

  /** Also of a calendar that is bookable no more: what was sent was sent. Null where the catalogue has lost it. */
  private async bookableOf({ facility, appointment }: BookingLook): Promise<Bookable | null> {
    const { calendarId, appointmentTypeId } = appointment;
    if (calendarId === null || appointmentTypeId === null) return null;
    return (await this.calendars.getBookability(facility, calendarId, appointmentTypeId)).bookable;
  }
}
