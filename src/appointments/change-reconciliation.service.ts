import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Bookable } from '../calendars/bookable.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import { Clock } from '../common/clock.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import type { Facility } from '../facilities/facility.entity.js';
import { isAway } from '../schedulers/hospital-call-rules.js';
import type { WriteOutcome } from '../schedulers/scheduler.js';
import type { PendingChange } from './appointment-state.js';
import type { Appointment } from './appointment.entity.js';
import { sealedPlaceOf } from './appointment.mapper.js';
import type { LookResult } from './booking-reconciliation.service.js';
import { CallRepeats, type OpenedRepeat } from './call-repeats.service.js';
import { ChangeAbandoning } from './change-abandoning.service.js';
import { listedChange, stopReason, type ChangeInDoubt, type ListedQuestion } from './change-repeat-rules.js';
import { ChangeSettlement } from './change-settlement.js';
import { HospitalCalls } from './hospital-calls.js';
import { HospitalRecordsService } from './hospital-records.service.js';
import { TimeBudget } from './time-budget.js';
import type { ResolvedBy } from './resolution-state.js';
import type { UnknownOutcome } from './unknown-outcome.entity.js';
import { UnknownOutcomeRepository } from './unknown-outcome.repository.js';

/** A reschedule or cancel of unknown outcome, and what a look at it needs. */
export interface ChangeLook {
  outcome: UnknownOutcome;
  facility: Facility;
  appointment: Appointment;
  pending: PendingChange;
  /** Where it is to be moved; null only on a cancel. */
  target: { bookable: Bookable; startAt: Date } | null;
}

/** One look at a change of unknown outcome: the hospital's list decides first, then the same call once more. */
@Injectable()
export class ChangeReconciliation {
  constructor(
    private readonly calendars: CalendarsService,
    private readonly outcomes: UnknownOutcomeRepository,
    private readonly records: HospitalRecordsService,
    private readonly repeats: CallRepeats,
    private readonly hospital: HospitalCalls,
    private readonly settlement: ChangeSettlement,
    private readonly abandoning: ChangeAbandoning,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  async look(outcome: UnknownOutcome, facility: Facility, appointment: Appointment, pending: PendingChange): Promise<LookResult> {
    const target = await this.targetOf(facility, appointment, pending);
    // Where it is to go cannot be said any more: its event tells, or a person.
    if (pending.kind === 'reschedule' && target === null) return 'open';
    const look: ChangeLook = { outcome, facility, appointment, pending, target };
    const listed = await this.byList(look);
    if (listed !== 'open') return listed;
    const stop = stopReason(inDoubt(look, appointment), facility.policies[pending.kind], this.clock.now());
    if (stop === null) return this.byRepeat(look);
    await this.abandoning.abandon(outcome, stop);
    return 'ended';
  }

  private async byList(look: ChangeLook): Promise<LookResult> {
    const { outcome, facility, appointment } = look;
    const looked = await this.records.findBooked(facility, appointment);
    if (looked.kind === 'away') return 'away';
    if (looked.kind === 'none') return 'open';
    switch (listedChange(looked.said, await this.questionOf(look))) {
      case 'done':
        await this.settle(look, yesOfList(appointment), 'listed');
        return 'ended';
      case 'other':
        await this.abandoning.abandon(outcome, 'overtaken');
        return 'ended';
      case 'not-done':
      case 'unclear':
        return 'open';
    }
  }

  private async byRepeat(look: ChangeLook): Promise<LookResult> {
    const { outcome, facility, pending } = look;
    const answered = await this.repeats.send(
      outcome,
      present =>
        present.pendingChange?.attemptId === pending.attemptId &&
        stopReason(inDoubt(look, present), facility.policies[pending.kind], this.clock.now()) === null,
      opened => this.call(look, opened),
    );
    if (answered === null) return 'open';
    if (answered.outcome === 'unknown') return isAway(answered.code) ? 'away' : 'open';
    await this.settle(look, answered, 'repeated');
    return 'ended';
  }

  private async call({ facility, appointment, pending, target }: ChangeLook, opened: OpenedRepeat): Promise<WriteOutcome> {
    const externalId = appointment.externalId ?? '';
    const budget = new TimeBudget(this.clock, null);
    if (target) return this.hospital.reschedule(facility, target.bookable, opened, externalId, target.startAt, budget, true);
    return this.hospital.cancel(facility, opened, externalId, this.reasonOf(appointment, pending), budget, true);
  }

  /** As the answer to the first call would have been. */
  private async settle({ outcome, appointment, pending, target }: ChangeLook, answered: WriteOutcome, by: ResolvedBy): Promise<void> {
    const look = {
      isLast: (em: EntityManager): Promise<boolean> => this.outcomes.lockMine(em, outcome),
      end: (em: EntityManager): Promise<void> => this.outcomes.end(em, outcome, this.clock.now(), by),
    };
    const opened = { appointment, attemptId: pending.attemptId, deadlineAt: outcome.untilAt, pending, look };
    if (target) {
      const { startAt, bookable } = target;
      const slot = { startAt, endAt: new Date(startAt.getTime() + bookable.durationMinutes * 60_000) };
      await this.settlement.settleReschedule(opened, slot, bookable, null, answered);
    } else {
      await this.settlement.settleCancel(opened, this.reasonOf(appointment, pending), null, answered);
    }
  }

  private reasonOf(appointment: Appointment, { reasonSealed }: PendingChange): string | null {
    return this.cipher.openOptional(reasonSealed ?? null, sealedPlaceOf(appointment, 'reason_sealed'));
  }

  private async targetOf(
    facility: Facility,
    { appointmentTypeId }: Appointment,
    { start, calendarId }: PendingChange,
  ): Promise<ChangeLook['target']> {
    if (start === null || calendarId === null || appointmentTypeId === null) return null;
    const { bookable } = await this.calendars.getBookability(facility, calendarId, appointmentTypeId);
    return { bookable, startAt: new Date(start) };
  }

  private async questionOf({ facility, appointment, pending, target }: ChangeLook): Promise<ListedQuestion> {
    const { calendarId, appointmentTypeId, startAt } = appointment;
    const before = calendarId && appointmentTypeId ? await this.calendars.getBookability(facility, calendarId, appointmentTypeId) : null;
    return {
      kind: pending.kind,
      target: { start: target?.startAt ?? null, calendarExternalId: target?.bookable.calendarExternalId ?? null },
      before: { start: startAt, calendarExternalId: before?.bookable.calendarExternalId ?? null },
    };
  }
}

function inDoubt({ outcome, pending, target }: ChangeLook, present: Appointment): ChangeInDoubt {
  return {
    kind: pending.kind,
    targetStart: target?.startAt ?? null,
    status: present.status,
    presentStart: present.startAt,
    isChangedSince: present.revision !== outcome.revision,
    untilAt: outcome.untilAt,
  };
}

/** What the list shows is the hospital's word, as its answer would have been; but when it was changed, the list may mean otherwise. */
function yesOfList({ externalId }: Appointment): WriteOutcome {
  const appointment = { appointmentId: externalId ?? '', patientId: null, temporaryPatientId: null, updatedAt: null };
  return { outcome: 'yes', appointment, httpStatus: 200 };
}
