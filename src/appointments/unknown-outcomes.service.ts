import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { AppointmentLog, timelineState } from './appointment-log.js';
import { AppointmentRepository } from './appointment.repository.js';
import { IdempotencyService } from './idempotency.service.js';
import { untilOf } from './look-timing-rules.js';
import { UnknownOutcomeRepository, type LostAttempt } from './unknown-outcome.repository.js';
import type { UpstreamAttempt } from './upstream-attempt.entity.js';

/** Takes note of calls whose outcome is to be learned. */
@Injectable()
export class UnknownOutcomesService {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: UnknownOutcomeRepository,
    private readonly appointments: AppointmentRepository,
    private readonly idempotency: IdempotencyService,
    private readonly log: AppointmentLog,
    private readonly clock: Clock,
  ) {}

  /** In the transaction of `em` that notes the outcome as unknown: with its commit it is work to be done. */
  async note(
    em: EntityManager,
    { facilityId, attemptId, kind, deadlineAt }: { facilityId: string; attemptId: string; kind: UpstreamAttempt['kind']; deadlineAt: Date },
  ): Promise<void> {
    await this.repository.note(em, facilityId, attemptId, untilOf(kind, deadlineAt, this.clock.now()));
  }

  /** Takes up the calls of processes that died before they noted anything. How many it found. */
  async adoptLost(limit: number): Promise<number> {
    const lost = await this.repository.findLost(this.clock.now(), limit);
    for (const attempt of lost) await this.em.transactional(em => this.adopt(em, attempt), { clear: true });
    return lost.length;
  }

  private async adopt(em: EntityManager, attempt: LostAttempt): Promise<void> {
    const { id: attemptId, facilityId, appointmentId, kind, sentAt, deadlineAt } = attempt;
    const appointment = await this.appointments.findLocked(em, facilityId, appointmentId);
    const isOpen = kind === 'book' ? appointment?.status === 'PENDING' : appointment?.pendingChange?.attemptId === attemptId;
    if (!appointment || !isOpen) return;
    const isNews = await this.log.interrupted(em, attemptId);
    await this.note(em, { facilityId, attemptId, kind, deadlineAt });
    if (!isNews) return;
    await this.idempotency.settleInterrupted(em, facilityId, appointmentId, sentAt);
    const type = kind === 'book' ? 'booking-outcome-unknown' : (`${kind}-outcome-unknown` as const);
    this.log.entry(em, appointment, type, 'platform', {
      after: { ...timelineState(appointment), code: 'interrupted' },
      reference: attemptId,
    });
  }
}
