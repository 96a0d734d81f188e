import { Injectable } from '@nestjs/common';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { SlotClaimsService } from '../availability/slot-claims.service.js';
import { Clock } from '../common/clock.js';
import type { DomainError } from '../common/domain-error.js';
import { newId } from '../common/ids.js';
import { ContactsService } from '../contacts/contacts.service.js';
import { isUnmet, sendingTransaction } from '../database/prepared-statement.js';
import type { ExpectedMessage } from '../notifications/ledger-rules.js';
import { LedgerService } from '../notifications/ledger.service.js';
import type { UpstreamAppointment, WriteOutcome } from '../schedulers/scheduler.js';
import { AppointmentLog, timelineState } from './appointment-log.js';
import { Appointment } from './appointment.entity.js';
import { HospitalRefusedError } from './appointment.errors.js';
import { AppointmentRepository } from './appointment.repository.js';
import type { OpenedBooking } from './booking-opening.js';
import { BookingRows } from './booking-rows.js';
import type { IdempotencyTicket } from './idempotency-rules.js';
import { IdempotencyService } from './idempotency.service.js';
import { OutcomeNotes, type WaitingCaller } from './outcome-notes.js';
import { reviewRevived } from './revived-booking.js';
import { SCHEDULE_ASPECTS, stampedByAnswer } from './stamp-rules.js';
import { UnknownOutcomesService } from './unknown-outcomes.service.js';

/** What a call to the hospital came to, as the caller is told. */
export interface Settled {
  status: number;
  appointment: Appointment;
  error: DomainError | null;
}

/** The second transaction of a booking: what the hospital answered becomes the appointment's state. */
@Injectable()
export class BookingSettlement {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: AppointmentRepository,
    private readonly contacts: ContactsService,
    private readonly claims: SlotClaimsService,
    private readonly idempotency: IdempotencyService,
    private readonly log: AppointmentLog,
    private readonly rows: BookingRows,
    private readonly notes: OutcomeNotes,
    private readonly ledger: LedgerService,
    private readonly unknown: UnknownOutcomesService,
    private readonly clock: Clock,
  ) {}

  /**
   * Where the outcome cannot be written down (the database is away), it stays what it is in the database: unknown. The
   * attempt's row is there, and the caller is told 202.
   */
  async settle(opened: OpenedBooking, ticket: IdempotencyTicket | null, outcome: WriteOutcome): Promise<Settled> {
    const settled = await this.notes.write(opened.appointment.id, async caller => {
      const confirmed = outcome.outcome === 'yes' ? await this.confirmPending(opened, ticket, outcome) : null;
      return confirmed ?? this.em.transactional(em => this.write(em, opened, ticket, outcome, caller), { clear: true });
    });
    return settled ?? { status: 202, appointment: opened.appointment, error: null };
  }

  /** The usual case, in few statements: a yes for a booking that is still pending. Null, and nothing done, in any other. */
  private async confirmPending(
    opened: OpenedBooking,
    ticket: IdempotencyTicket | null,
    outcome: WriteOutcome & { outcome: 'yes' },
  ): Promise<Settled | null> {
    const { appointment, attemptId } = opened;
    const { facilityId, id, contactId } = appointment;
    const now = this.clock.now();
    const booked = outcome.appointment;
    const confirmed = Object.assign(new Appointment(), appointment, confirmedState(appointment, booked), { updatedAt: now });
    const event = { id: newId(now), at: now, before: timelineState(appointment), after: timelineState(confirmed) };
    const row = { appointment, attemptId, httpStatus: outcome.httpStatus, booked, stamps: confirmed.stamps, event, key: ticket, now };
    try {
      await sendingTransaction(this.em, async em => {
        // All at once, with the commit, which any of them undoes; in this order, as everybody takes these locks.
        await Promise.all([
          this.repository.lockExternalId(em, facilityId, booked.appointmentId),
          this.contacts.linkNewIdentities(facilityId, contactId, booked),
          this.rows.confirm(em, row),
          this.claims.confirm(facilityId, id, appointment),
          this.ledger.expectReply(em, facilityId, bookedMessage(confirmed)),
        ]);
      });
      return { status: 201, appointment: confirmed, error: null };
    } catch (error) {
      // Another appointment has the hospital's id (no yes, then), another contact the patient's, or something else has settled the booking.
      if (error instanceof UniqueConstraintViolationException || isUnmet(error)) return null;
      throw error;
    }
  }

  private async write(
    em: EntityManager,
    opened: OpenedBooking,
    ticket: IdempotencyTicket | null,
    answered: WriteOutcome,
    caller: WaitingCaller,
  ): Promise<Settled> {
    const { facilityId, id } = opened.appointment;
    const outcome = answered.outcome === 'yes' ? await this.doubted(em, opened.appointment, answered) : answered;
    const appointment = await this.repository.findLocked(em, facilityId, id);
    if (!appointment) throw new Error(`The appointment ${id} is gone`);
    const code = outcome.outcome === 'yes' ? null : outcome.code;
    await this.log.finish(em, opened.attemptId, outcome.outcome, code, outcome.httpStatus);
    // One that was taken for not made was made after all.
    const isOpen = appointment.status === 'PENDING' || (appointment.status === 'FAILED' && outcome.outcome === 'yes');
    const settled = isOpen
      ? await this.apply(em, appointment, opened, outcome, caller)
      : await this.settledBefore(em, appointment, opened, outcome, caller);
    await this.idempotency.settle(em, ticket, settled.status, settled.error);
    await em.flush();
    return settled;
  }

  /** This transaction has run before and its commit's word was lost, or something else has settled the booking: nothing is changed. */
  private async settledBefore(
    em: EntityManager,
    appointment: Appointment,
    opened: OpenedBooking,
    outcome: WriteOutcome,
    caller: WaitingCaller,
  ): Promise<Settled> {
    // An event of another appointment was taken for ours: what the caller would be told of is not what was booked.
    const isOther =
      outcome.outcome === 'yes' && appointment.externalId !== null && appointment.externalId !== outcome.appointment.appointmentId;
    if (isOther) {
      appointment.needsReview = true;
      appointment.reviewReason = 'answer-names-another-id';
      return { status: 202, appointment, error: null };
    }
    if (appointment.status !== 'FAILED') return { status: 201, appointment, error: null };
    if (outcome.outcome !== 'no') return { status: 202, appointment, error: null };
    // It counted on a caller whose patience was over before the commit's word came.
    if (appointment.revision === opened.appointment.revision && !caller.willHear()) {
      appointment.updatedAt = this.clock.now();
      await this.tellNotBooked(em, appointment);
    }
    return { status: 409, appointment, error: new HospitalRefusedError(outcome, appointment.id) };
  }

  private async apply(
    em: EntityManager,
    appointment: Appointment,
    { attemptId, deadlineAt }: OpenedBooking,
    outcome: WriteOutcome,
    caller: WaitingCaller,
  ): Promise<Settled> {
    appointment.updatedAt = this.clock.now();
    switch (outcome.outcome) {
      case 'yes':
        await this.confirm(em, appointment, attemptId, outcome.appointment);
        return { status: 201, appointment, error: null };
      case 'no': {
        // A no is of this one call only: where others have taken it for lost and repeated it, they learn what became of it.
        if (await this.log.hasRepeats(em, appointment, attemptId)) return { status: 202, appointment, error: null };
        const before = timelineState(appointment);
        appointment.status = 'FAILED';
        // Past the deadline a repeat of the request may have been told 202, whoever still waits here.
        if (!caller.willHear() || this.clock.now() > deadlineAt) await this.tellNotBooked(em, appointment);
        await this.claims.release(appointment.facilityId, appointment.id);
        this.log.entry(em, appointment, 'booking-refused', 'hospital', {
          before,
          after: { ...timelineState(appointment), code: outcome.code },
          reference: attemptId,
        });
        return { status: 409, appointment, error: new HospitalRefusedError(outcome, appointment.id) };
      }
      case 'unknown':
        this.log.entry(em, appointment, 'booking-outcome-unknown', 'platform', {
          after: { ...timelineState(appointment), code: outcome.code },
          reference: attemptId,
        });
        await this.unknown.note(em, { facilityId: appointment.facilityId, attemptId, kind: 'book', deadlineAt });
        return { status: 202, appointment, error: null };
    }
  }

  /** The caller was told 202: that it is PENDING. So the platform and the patient hear of it as of any outcome that is learned later. */
  private async tellNotBooked(em: EntityManager, appointment: Appointment): Promise<void> {
    appointment.revision += 1;
    await this.ledger.expectReply(em, appointment.facilityId, { ...bookedMessage(appointment), kind: 'notBooked' });
  }

  private async confirm(em: EntityManager, appointment: Appointment, attemptId: string, booked: UpstreamAppointment): Promise<void> {
    const before = timelineState(appointment);
    Object.assign(appointment, confirmedState(appointment, booked));
    await this.claims.confirm(appointment.facilityId, appointment.id, appointment);
    await this.contacts.linkIdentities(appointment.facilityId, appointment.contactId, booked);
    if (before.status === 'FAILED') await reviewRevived(em, this.repository, appointment);
    this.log.entry(em, appointment, 'booked', 'hospital', { before, after: timelineState(appointment), reference: attemptId });
    await this.ledger.expectReply(em, appointment.facilityId, bookedMessage(appointment));
  }

  /** A yes that names an id which another appointment has is none: nobody knows what the hospital did. */
  private async doubted(
    em: EntityManager,
    { facilityId, id }: Appointment,
    outcome: WriteOutcome & { outcome: 'yes' },
  ): Promise<WriteOutcome> {
    const { appointmentId } = outcome.appointment;
    await this.repository.lockExternalId(em, facilityId, appointmentId);
    if (!(await this.repository.isOthersExternalId(em, facilityId, appointmentId, id))) return outcome;
    return {
      outcome: 'unknown',
      code: 'upstream-invalid-response',
      httpStatus: outcome.httpStatus,
      detail: 'The id belongs to another appointment.',
    };
  }
}

export function bookedMessage({ id, contactId, revision, startAt }: Appointment): Omit<ExpectedMessage, 'source'> {
  return { appointmentId: id, contactId, kind: 'booked', revision, start: startAt };
}

/** What the hospital's yes makes of an appointment. */
export function confirmedState(appointment: Appointment, booked: UpstreamAppointment): Partial<Appointment> {
  return {
    status: 'SCHEDULED',
    externalId: booked.appointmentId,
    patientId: booked.patientId ?? appointment.patientId,
    temporaryPatientId: booked.temporaryPatientId ?? appointment.temporaryPatientId,
    revision: appointment.revision + 1,
    ...(appointment.reviewReason === 'booking-outcome-unknown' && { needsReview: false, reviewReason: null }),
    stamps: stampedByAnswer(appointment.stamps, ['status', ...SCHEDULE_ASPECTS], booked.updatedAt),
  };
}
