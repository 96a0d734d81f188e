import { Injectable, Logger } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { isDatabaseAway } from '../common/problem.filter.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import { HospitalGates } from '../schedulers/hospital-gates.js';
import type { Appointment } from './appointment.entity.js';
import { AppointmentRepository } from './appointment.repository.js';
import { BookingReconciliation, type LookResult } from './booking-reconciliation.service.js';
import { BookingResolution } from './booking-resolution.service.js';
import { ChangeAbandoning } from './change-abandoning.service.js';
import { ChangeReconciliation } from './change-reconciliation.service.js';
import { isLateTimeOver, isTimeOver, nextLookAt, SILENT_MS } from './look-timing-rules.js';
import type { UnknownOutcome } from './unknown-outcome.entity.js';
import { UnknownOutcomeRepository, type OutcomeKey } from './unknown-outcome.repository.js';

/** Learns what became of a call whose outcome is not known, look by look, until it is known or a person's. */
@Injectable()
export class ReconciliationService {
  private readonly logger = new Logger(ReconciliationService.name);

  constructor(
    private readonly em: EntityManager,
    private readonly facilities: FacilitiesService,
    private readonly repository: AppointmentRepository,
    private readonly outcomes: UnknownOutcomeRepository,
    private readonly bookings: BookingReconciliation,
    private readonly bookingEnds: BookingResolution,
    private readonly changes: ChangeReconciliation,
    private readonly changeEnds: ChangeAbandoning,
    private readonly gates: HospitalGates,
    private readonly clock: Clock,
  ) {}

  /** One look, if it is due and nobody else's. */
  async look(key: OutcomeKey): Promise<void> {
    const outcome = await this.outcomes.claim(key, this.clock.now());
    if (!outcome) return;
    const [facility, appointment, deadlineAt] = await Promise.all([
      this.facilities.find(outcome.facilityId),
      this.repository.find(outcome.appointmentId),
      this.repository.lastDeadline(outcome.facilityId, outcome.appointmentId, outcome.kind),
    ]);
    if (!facility || !appointment || !isOpen(outcome, appointment)) {
      await this.outcomes.end(this.em, outcome, this.clock.now(), 'event');
      return;
    }
    const result = await this.askOrLeaveOpen(outcome, facility, appointment, deadlineAt ?? outcome.since);
    if (result === 'ended') return;
    outcome.silentAt = result === 'silent' ? (outcome.silentAt ?? this.clock.now()) : null;
    await this.lookAgainOrGiveUp(outcome, facility.id);
  }

  /** What fails in the hub itself, each time, must not keep a person from being asked in the end. */
  private async askOrLeaveOpen(
    outcome: UnknownOutcome,
    facility: Facility,
    appointment: Appointment,
    deadlineAt: Date,
  ): Promise<LookResult> {
    try {
      return await this.ask(outcome, facility, appointment, deadlineAt);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      const { facilityId, attemptId } = outcome;
      this.logger.error({ msg: 'A look at an unknown outcome failed', facilityId, attemptId, ...unexpectedFailure(error) });
      return 'open';
    }
  }

  private async ask(outcome: UnknownOutcome, facility: Facility, appointment: Appointment, deadlineAt: Date): Promise<LookResult> {
    if (facility.status === 'inactive') return 'away';
    if (deadlineAt >= this.clock.now() || this.gates.waitUntil(facility.id)) return 'open';
    if (outcome.kind === 'book') return this.bookings.look({ outcome, facility, appointment, deadlineAt });
    const pending = appointment.pendingChange;
    return pending ? this.changes.look(outcome, facility, appointment, pending) : 'open';
  }

  private async lookAgainOrGiveUp(outcome: UnknownOutcome, facilityId: string): Promise<void> {
    const now = this.clock.now();
    if (outcome.kind !== 'book' && isTimeOver(outcome, now)) return this.changeEnds.abandon(outcome, 'too-long');
    if (outcome.kind === 'book' && isLateTimeOver(outcome, now)) return this.bookingEnds.giveUp(outcome);
    const isLeft = outcome.flaggedAt !== null && outcome.flaggedAt >= outcome.untilAt;
    if (outcome.kind === 'book' && !isLeft && isTimeOver(outcome, now)) await this.bookingEnds.leaveToPerson(outcome);
    else if (outcome.flaggedAt === null && isSilentForLong(outcome, now)) await this.bookingEnds.askPerson(outcome);
    const deadlineAt = (await this.repository.lastDeadline(facilityId, outcome.appointmentId, outcome.kind)) ?? outcome.since;
    const wanted = nextLookAt({ ...outcome, deadlineAt }, now);
    const waitUntil = this.gates.waitUntil(facilityId);
    await this.outcomes.save(outcome, waitUntil && waitUntil > wanted ? waitUntil : wanted);
  }
}

function isSilentForLong({ silentAt }: UnknownOutcome, now: Date): boolean {
  return silentAt !== null && now.getTime() - silentAt.getTime() >= SILENT_MS;
}

/** Nothing has settled it meanwhile. */
function isOpen({ kind, attemptId }: UnknownOutcome, { status, pendingChange }: Appointment): boolean {
  return kind === 'book' ? status === 'PENDING' : pendingChange?.attemptId === attemptId;
}
