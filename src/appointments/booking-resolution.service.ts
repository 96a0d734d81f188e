import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { SlotClaimsService } from '../availability/slot-claims.service.js';
import { Clock } from '../common/clock.js';
import { ContactsService } from '../contacts/contacts.service.js';
import { LedgerService } from '../notifications/ledger.service.js';
import type { UpstreamAppointment } from '../schedulers/scheduler.js';
import { AppointmentLog, timelineState } from './appointment-log.js';
import type { Appointment } from './appointment.entity.js';
import { AppointmentRepository } from './appointment.repository.js';
import { bookedMessage, confirmedState } from './booking-settlement.js';
import { reviewRevived } from './revived-booking.js';
import type { ResolvedBy } from './resolution-state.js';
import type { UnknownOutcome } from './unknown-outcome.entity.js';
import { UnknownOutcomeRepository } from './unknown-outcome.repository.js';

/** What the hospital's list shows of a booking besides that it was made. null: as it was asked for. */
export interface ListedState {
  isCanceled: boolean;
  movedTo: { startAt: Date; endAt: Date; calendarId: string | null } | null;
}

/**
 * The transactions that end an unknown booking, each with the look's fence under the appointment's lock: what another look has
 * begun since, or something else has settled, is left as it is.
 */
@Injectable()
export class BookingResolution {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: AppointmentRepository,
    private readonly outcomes: UnknownOutcomeRepository,
    private readonly contacts: ContactsService,
    private readonly claims: SlotClaimsService,
    private readonly ledger: LedgerService,
    private readonly log: AppointmentLog,
    private readonly clock: Clock,
  ) {}

  /** False when the id belongs to another appointment: then nobody knows what the hospital did. */
  async booked(outcome: UnknownOutcome, booked: UpstreamAppointment, by: ResolvedBy, listed: ListedState | null): Promise<boolean> {
    const { facilityId, appointmentId } = outcome;
    return this.em.transactional(
      async em => {
        await this.repository.lockExternalId(em, facilityId, booked.appointmentId);
        if (await this.repository.isOthersExternalId(em, facilityId, booked.appointmentId, appointmentId)) return false;
        const appointment = await this.lock(em, outcome);
        // It was made, whoever does the noting. One that was noted as failed meanwhile was made after all.
        const isOpen = appointment.status === 'PENDING' || appointment.status === 'FAILED';
        if (!isOpen) return this.end(em, outcome, 'event');
        const before = timelineState(appointment);
        Object.assign(appointment, confirmedState(appointment, booked), { updatedAt: this.clock.now() });
        await this.claims.confirm(facilityId, appointmentId, appointment);
        await this.contacts.linkIdentities(facilityId, appointment.contactId, booked);
        if (listed?.movedTo) await this.move(appointment, listed.movedTo);
        this.entry(em, appointment, 'booked', outcome, { before, by });
        if (listed?.isCanceled) await this.cancel(em, appointment, outcome);
        else await this.ledger.expectReply(em, facilityId, bookedMessage(appointment));
        const isRevived = before.status === 'FAILED' || outcome.flaggedAt !== null;
        if (isRevived && appointment.status === 'SCHEDULED') await reviewRevived(em, this.repository, appointment);
        await this.log.finishOpen(em, appointment, 'book', 'yes', by);
        return this.end(em, outcome, by);
      },
      { clear: true },
    );
  }

  /** It was not made: the seat is free again, and the patient is told. */
  async notBooked(outcome: UnknownOutcome, by: ResolvedBy, code: string = by): Promise<void> {
    await this.whileMine(outcome, async (em, appointment) => {
      const before = timelineState(appointment);
      appointment.status = 'FAILED';
      appointment.revision += 1;
      appointment.needsReview = false;
      appointment.reviewReason = null;
      await this.claims.release(outcome.facilityId, outcome.appointmentId);
      await this.log.finishOpen(em, appointment, 'book', 'no', code);
      this.log.entry(em, appointment, 'not-booked', 'reconciliation', {
        before,
        after: { ...timelineState(appointment), code },
        reference: outcome.attemptId,
      });
      await this.ledger.expectReply(em, outcome.facilityId, { ...bookedMessage(appointment), kind: 'notBooked' });
      return by;
    });
  }

  /** No way is left that could tell: a person is asked to look. What comes may still tell, so it is looked at until its end all the same. */
  async askPerson(outcome: UnknownOutcome): Promise<void> {
    await this.whilePending(outcome, (em, appointment) => this.flag(em, appointment, outcome));
  }

  /**
   * Nothing has told it in time: it is a person's, and looked for seldom. The seat is the hospital's to count from its next live read on: a
   * slot is not blocked for ever.
   */
  async leaveToPerson(outcome: UnknownOutcome): Promise<void> {
    await this.whilePending(outcome, async (em, appointment) => {
      await this.flag(em, appointment, outcome);
      await this.claims.confirm(outcome.facilityId, outcome.appointmentId, appointment);
    });
  }

  /** Nor has anything told it since. */
  async giveUp(outcome: UnknownOutcome): Promise<void> {
    await this.leaveToPerson(outcome);
    await this.whileMine(outcome, () => Promise.resolve('needs-review'));
  }

  /** `change` runs for a booking that is pending, in the look that is the last, which goes on. */
  private async whilePending(
    outcome: UnknownOutcome,
    change: (em: EntityManager, appointment: Appointment) => Promise<void>,
  ): Promise<void> {
    await this.em.transactional(
      async em => {
        const appointment = await this.lock(em, outcome);
        if (appointment.status === 'PENDING' && (await this.outcomes.lockMine(em, outcome))) await change(em, appointment);
      },
      { clear: true },
    );
  }

  /** Once: whoever was asked before may have looked by now. */
  private async flag(em: EntityManager, appointment: Appointment, outcome: UnknownOutcome): Promise<void> {
    if (!(await this.outcomes.flag(em, outcome, this.clock.now()))) return;
    appointment.updatedAt = this.clock.now();
    this.needReview(em, appointment, outcome);
  }

  private needReview(em: EntityManager, appointment: Appointment, { attemptId }: UnknownOutcome): void {
    appointment.needsReview = true;
    appointment.reviewReason ??= 'booking-outcome-unknown';
    this.log.entry(em, appointment, 'review-needed', 'reconciliation', {
      after: { ...timelineState(appointment), code: appointment.reviewReason },
      reference: attemptId,
    });
  }

  /** `change` runs for a booking that is pending, in the look that is the last; answers what ended it. */
  private async whileMine(
    outcome: UnknownOutcome,
    change: (em: EntityManager, appointment: Appointment) => Promise<ResolvedBy>,
  ): Promise<void> {
    await this.em.transactional(
      async em => {
        const appointment = await this.lock(em, outcome);
        if (!(await this.outcomes.lockMine(em, outcome))) return;
        const isPending = appointment.status === 'PENDING';
        if (isPending) appointment.updatedAt = this.clock.now();
        await this.end(em, outcome, isPending ? await change(em, appointment) : 'event');
      },
      { clear: true },
    );
  }

  private async lock(em: EntityManager, { facilityId, appointmentId }: UnknownOutcome): Promise<Appointment> {
    const appointment = await this.repository.findLocked(em, facilityId, appointmentId);
    if (!appointment) throw new Error(`The appointment ${appointmentId} is gone`);
    return appointment;
  }

  private async move(appointment: Appointment, to: NonNullable<ListedState['movedTo']>): Promise<void> {
    const { facilityId, id, calendarId, startAt } = appointment;
    if (startAt) await this.claims.release(facilityId, id, { calendarId, startAt });
    appointment.startAt = to.startAt;
    appointment.endAt = to.endAt;
    appointment.calendarId = to.calendarId ?? calendarId;
  }

  private async cancel(em: EntityManager, appointment: Appointment, outcome: UnknownOutcome): Promise<void> {
    const before = timelineState(appointment);
    appointment.status = 'CANCELED';
    await this.claims.release(outcome.facilityId, outcome.appointmentId);
    this.entry(em, appointment, 'canceled', outcome, { before, by: 'listed' });
    await this.ledger.expectReply(em, outcome.facilityId, { ...bookedMessage(appointment), kind: 'canceled' });
  }

  private entry(
    em: EntityManager,
    appointment: Appointment,
    type: 'booked' | 'canceled',
    { attemptId }: UnknownOutcome,
    { before, by }: { before: ReturnType<typeof timelineState>; by: ResolvedBy },
  ): void {
    const after = { ...timelineState(appointment), code: by };
    this.log.entry(em, appointment, type, 'reconciliation', { before, after, reference: attemptId });
  }

  private async end(em: EntityManager, outcome: UnknownOutcome, by: ResolvedBy): Promise<true> {
    await em.flush();
    await this.outcomes.end(em, outcome, this.clock.now(), by);
    return true;
  }
}
