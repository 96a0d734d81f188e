import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { SlotClaimsService } from '../availability/slot-claims.service.js';
import { Clock } from '../common/clock.js';
import { AppointmentLog, timelineState } from './appointment-log.js';
import { AppointmentRepository } from './appointment.repository.js';
import type { StopReason } from './change-repeat-rules.js';
import type { UnknownOutcome } from './unknown-outcome.entity.js';
import { UnknownOutcomeRepository } from './unknown-outcome.repository.js';

/** Ends the repeats of a change whose outcome is still unknown: from here on it is a person's. */
@Injectable()
export class ChangeAbandoning {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: AppointmentRepository,
    private readonly outcomes: UnknownOutcomeRepository,
    private readonly claims: SlotClaimsService,
    private readonly log: AppointmentLog,
    private readonly clock: Clock,
  ) {}

  /**
   * A change that the hospital's own newer one has overtaken is over, as when its event finds it. Else it stays pending, so that
   * nobody is told what is not known and no other is sent on top of it, until the hospital's event or a person settles it. The seat
   * it asked for is the hospital's to count from its next live read on.
   */
  async abandon(outcome: UnknownOutcome, reason: StopReason): Promise<void> {
    const { facilityId, appointmentId, attemptId } = outcome;
    await this.em.transactional(
      async em => {
        const appointment = await this.repository.findLocked(em, facilityId, appointmentId);
        if (!appointment || !(await this.outcomes.lockMine(em, outcome))) return;
        const pending = appointment.pendingChange;
        if (pending?.attemptId !== attemptId) return this.outcomes.end(em, outcome, this.clock.now(), 'event');
        const isOvertaken = reason === 'overtaken';
        if (isOvertaken) appointment.pendingChange = null;
        appointment.needsReview = true;
        appointment.reviewReason ??= isOvertaken ? 'change-overtaken' : 'change-outcome-unknown';
        appointment.updatedAt = this.clock.now();
        const startAt = pending.start === null ? null : new Date(pending.start);
        await this.claims.confirm(facilityId, appointmentId, { calendarId: pending.calendarId, startAt });
        const after = { ...timelineState(appointment), code: reason };
        this.log.entry(em, appointment, 'review-needed', 'reconciliation', { after, reference: attemptId });
        await em.flush();
        await this.outcomes.end(em, outcome, this.clock.now(), isOvertaken ? 'overtaken' : 'needs-review');
      },
      { clear: true },
    );
  }
}
