import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { AvailabilityService } from '../availability/availability.service.js';
import { SlotClaimsService } from '../availability/slot-claims.service.js';
import type { WantedSlot } from '../availability/wanted-slots.service.js';
import type { Bookable } from '../calendars/bookable.js';
import { Clock } from '../common/clock.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import { LedgerService } from '../notifications/ledger.service.js';
import type { RefusalCode, UpstreamAppointment, WriteOutcome } from '../schedulers/scheduler.js';
import { AppointmentLog, timelineState } from './appointment-log.js';
import type { Appointment } from './appointment.entity.js';
import { HospitalRefusedError } from './appointment.errors.js';
import { sealedPlaceOf } from './appointment.mapper.js';
import { AppointmentRepository } from './appointment.repository.js';
import type { Settled } from './booking-settlement.js';
import type { OpenedChange } from './change-opening.js';
import type { IdempotencyTicket } from './idempotency-rules.js';
import { IdempotencyService } from './idempotency.service.js';
import { OutcomeNotes } from './outcome-notes.js';
import { isOvertaken, SCHEDULE_ASPECTS, stampedByAnswer } from './stamp-rules.js';
import { UnknownOutcomesService } from './unknown-outcomes.service.js';

/** What the hospital's yes changes in the appointment, and in the claims on slots; false: something newer had changed it. */
type Apply = (em: EntityManager, appointment: Appointment, answer: UpstreamAppointment) => Promise<boolean>;

/** The second transaction of a reschedule or cancel: what the hospital answered becomes the appointment's state. */
@Injectable()
export class ChangeSettlement {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: AppointmentRepository,
    private readonly claims: SlotClaimsService,
    private readonly availability: AvailabilityService,
    private readonly idempotency: IdempotencyService,
    private readonly log: AppointmentLog,
    private readonly notes: OutcomeNotes,
    private readonly ledger: LedgerService,
    private readonly unknown: UnknownOutcomesService,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  async settleReschedule(
    opened: OpenedChange,
    slot: Pick<WantedSlot, 'startAt' | 'endAt'>,
    bookable: Bookable,
    ticket: IdempotencyTicket | null,
    outcome: WriteOutcome,
  ): Promise<Settled> {
    const call = callOf(opened, outcome);
    return this.settle(opened, ticket, outcome, async (em, appointment, answer) => {
      // The staff have moved or ended it after our call: their word stands, and the echo of ours will say if ours was the last.
      if (appointment.status !== 'SCHEDULED' || isOvertaken(appointment.stamps.start, call)) {
        await this.claims.confirm(appointment.facilityId, appointment.id, { calendarId: bookable.calendarId, startAt: slot.startAt });
        reviewOvertaken(appointment);
        return false;
      }
      const isMoved = appointment.startAt?.getTime() !== slot.startAt.getTime() || appointment.calendarId !== bookable.calendarId;
      if (isMoved) {
        await this.free(em, appointment);
        await this.claims.confirm(appointment.facilityId, appointment.id, { calendarId: bookable.calendarId, startAt: slot.startAt });
        appointment.revision += 1;
      }
      appointment.startAt = slot.startAt;
      appointment.endAt = slot.endAt;
      appointment.calendarId = bookable.calendarId;
      appointment.stamps = stampedByAnswer(appointment.stamps, SCHEDULE_ASPECTS, answer.updatedAt);
      if (isMoved) await this.tell(em, appointment, 'rescheduled');
      return true;
    });
  }

  async settleCancel(
    opened: OpenedChange,
    reason: string | null,
    ticket: IdempotencyTicket | null,
    outcome: WriteOutcome,
  ): Promise<Settled> {
    const call = callOf(opened, outcome);
    return this.settle(opened, ticket, outcome, async (em, appointment, answer) => {
      if (isOvertaken(appointment.stamps.status, call) && appointment.status !== 'CANCELED') {
        reviewOvertaken(appointment);
        return false;
      }
      // The staff's own cancel may have been first: the patient is told of it once.
      const isNews = appointment.status !== 'CANCELED';
      if (isNews) await this.cancel(em, appointment, answer.updatedAt);
      appointment.reasonSealed = this.cipher.sealOptional(reason, sealedPlaceOf(appointment, 'reason_sealed'));
      return isNews;
    });
  }

  private async settle(opened: OpenedChange, ticket: IdempotencyTicket | null, outcome: WriteOutcome, apply: Apply): Promise<Settled> {
    const settled = await this.notes.write(opened.appointment.id, () =>
      this.em.transactional(
        async em => {
          const result = await this.write(em, opened, outcome, apply);
          await this.idempotency.settle(em, ticket, result.status, result.error);
          await em.flush();
          return result;
        },
        { clear: true },
      ),
    );
    return settled ?? { status: 202, appointment: opened.appointment, error: null };
  }

  private async write(em: EntityManager, opened: OpenedChange, outcome: WriteOutcome, apply: Apply): Promise<Settled> {
    const { facilityId, id } = opened.appointment;
    const appointment = await this.repository.findLocked(em, facilityId, id);
    if (!appointment) throw new Error(`The appointment ${id} is gone`);
    if (!opened.look) return this.writeLocked(em, appointment, opened, outcome, apply);
    // Another look has begun since, and is the one that ends them. Done is done, whoever has seen it.
    const isLast = await opened.look.isLast(em);
    if (!isLast && outcome.outcome !== 'yes') return { status: 202, appointment, error: null };
    const settled = await this.writeLocked(em, appointment, opened, outcome, apply);
    if (isLast) await opened.look.end(em);
    return settled;
  }

  private async writeLocked(
    em: EntityManager,
    appointment: Appointment,
    opened: OpenedChange,
    outcome: WriteOutcome,
    apply: Apply,
  ): Promise<Settled> {
    const { facilityId } = appointment;
    await this.log.finish(em, opened.attemptId, outcome.outcome, outcome.outcome === 'yes' ? null : outcome.code, outcome.httpStatus);
    if (appointment.pendingChange?.attemptId !== opened.attemptId) return this.settledBefore(appointment, opened, outcome);
    // A no is of this one call only: where others have taken it for lost and repeated it, they learn what became of it.
    const isOfOneOfMany = outcome.outcome === 'no' && !opened.look && (await this.log.hasRepeats(em, appointment, opened.attemptId));
    if (isOfOneOfMany) return { status: 202, appointment, error: null };

    const { kind } = opened.pending;
    const source = opened.look ? 'reconciliation' : 'hospital';
    const before = timelineState(appointment);
    appointment.updatedAt = this.clock.now();
    switch (outcome.outcome) {
      case 'yes':
        endPending(appointment);
        if (await apply(em, appointment, outcome.appointment)) {
          const type = kind === 'cancel' ? 'canceled' : 'rescheduled';
          this.log.entry(em, appointment, type, source, { before, after: timelineState(appointment), reference: opened.attemptId });
        } else if (appointment.reviewReason === 'change-overtaken') {
          const after = { ...timelineState(appointment), code: appointment.reviewReason };
          this.log.entry(em, appointment, 'review-needed', source, { before, after, reference: opened.attemptId });
        }
        return { status: 200, appointment, error: null };
      case 'no':
        endPending(appointment);
        await this.refuse(em, appointment, opened, outcome.code);
        return {
          status: 409,
          appointment,
          error: new HospitalRefusedError(outcome, appointment.id),
        };
      case 'unknown':
        this.log.entry(em, appointment, `${kind}-outcome-unknown`, 'platform', {
          after: { code: outcome.code },
          reference: opened.attemptId,
        });
        await this.unknown.note(em, { facilityId, attemptId: opened.attemptId, kind, deadlineAt: opened.deadlineAt });
        return { status: 202, appointment, error: null };
    }
  }

  /**
   * This transaction has run before and its commit's word was lost, or something newer has settled the change: nothing is changed. Done is
   * done, though this very call was not: others have repeated it while this process stood still.
   */
  private settledBefore(appointment: Appointment, { pending }: OpenedChange, outcome: WriteOutcome): Settled {
    const isDone = outcome.outcome === 'yes' || isAsAskedFor(appointment, pending);
    if (outcome.outcome === 'no' && !isDone) return { status: 409, appointment, error: new HospitalRefusedError(outcome, appointment.id) };
    return { status: isDone ? 200 : 202, appointment, error: null };
  }

  private async refuse(em: EntityManager, appointment: Appointment, opened: OpenedChange, code: RefusalCode): Promise<void> {
    const { kind, start, calendarId } = opened.pending;
    const isOwn = start === appointment.startAt?.toISOString() && calendarId === appointment.calendarId;
    if (start !== null && !isOwn) {
      await this.claims.release(appointment.facilityId, appointment.id, { calendarId, startAt: new Date(start) });
    }
    this.log.entry(em, appointment, `${kind}-refused`, opened.look ? 'reconciliation' : 'hospital', {
      after: { code },
      reference: opened.attemptId,
    });
    if (code === 'appointment-canceled' && appointment.status !== 'CANCELED') {
      // The hospital owns the truth: it is canceled there, so it is here.
      const before = timelineState(appointment);
      await this.cancel(em, appointment, null);
      this.log.entry(em, appointment, 'canceled', 'hospital', { before, after: timelineState(appointment), reference: opened.attemptId });
    }
    if (code === 'upstream-appointment-not-found') {
      appointment.needsReview = true;
      appointment.reviewReason = 'unknown-to-the-hospital';
    }
  }

  private async cancel(em: EntityManager, appointment: Appointment, asOf: Date | null): Promise<void> {
    appointment.status = 'CANCELED';
    appointment.revision += 1;
    appointment.stamps = stampedByAnswer(appointment.stamps, ['status'], asOf);
    await this.free(em, appointment);
    await this.tell(em, appointment, 'canceled');
  }

  /** The patient asked for it in the chat, and is answered there. */
  private async tell(em: EntityManager, appointment: Appointment, kind: 'rescheduled' | 'canceled'): Promise<void> {
    const { id: appointmentId, facilityId, contactId, revision, startAt: start } = appointment;
    await this.ledger.expectReply(em, facilityId, { appointmentId, contactId, kind, revision, start });
  }

  /** The appointment's slot is free again: its claim, if the hospital has not counted it yet, and what is cached of its month. */
  private async free(em: EntityManager, { facilityId, id, calendarId, startAt }: Appointment): Promise<void> {
    if (calendarId === null || startAt === null) return;
    await this.claims.release(facilityId, id, { calendarId, startAt });
    await this.availability.dropMonth(em, { facilityId, calendarId }, startAt);
  }
}

/** When the call was sent, and when the hospital says that it changed the appointment. */
function callOf({ pending }: OpenedChange, outcome: WriteOutcome): { sentAt: Date; updatedAt: Date | null } {
  return { sentAt: new Date(pending.since), updatedAt: outcome.outcome === 'yes' ? outcome.appointment.updatedAt : null };
}

function isAsAskedFor({ status, startAt, calendarId }: Appointment, { kind, start, calendarId: target }: OpenedChange['pending']): boolean {
  return kind === 'cancel' ? status === 'CANCELED' : startAt?.toISOString() === start && calendarId === target;
}

/** What became of it is known, which a person may have been asked to find out. */
function endPending(appointment: Appointment): void {
  appointment.pendingChange = null;
  if (appointment.reviewReason !== 'change-outcome-unknown') return;
  appointment.needsReview = false;
  appointment.reviewReason = null;
}

function reviewOvertaken(appointment: Appointment): void {
  if (appointment.reviewReason !== null) return;
  appointment.needsReview = true;
  appointment.reviewReason = 'change-overtaken';
}
