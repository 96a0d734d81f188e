import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { AppointmentLog, timelineState } from './appointment-log.js';
import type { AppointmentDto, ReviewAppointmentDto } from './appointment.dto.js';
import { AppointmentNotFoundError } from './appointment.errors.js';
import { AppointmentRepository } from './appointment.repository.js';
import { AppointmentsService } from './appointments.service.js';
import { UnknownOutcomeRepository } from './unknown-outcome.repository.js';

/** A person's queue: what no machine can settle is looked at, and taken off it. */
@Injectable()
export class ReviewsService {
  constructor(
    private readonly em: EntityManager,
    private readonly appointments: AppointmentsService,
    private readonly repository: AppointmentRepository,
    private readonly outcomes: UnknownOutcomeRepository,
    private readonly log: AppointmentLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Somebody has looked: `needsReview` ends, and with it a change that was pending only because nobody knew what became of it. What
   * the appointment is, the hospital says, not the reviewer. One that needs no review stays as it is.
   * Throws `AppointmentNotFoundError`.
   */
  async markReviewed(caller: Caller, id: string, { note }: ReviewAppointmentDto): Promise<AppointmentDto> {
    const { facility } = await this.appointments.getWithFacility(caller, id);
    await this.em.transactional(async em => {
      const appointment = await this.repository.findLocked(em, facility.id, id);
      if (!appointment) throw new AppointmentNotFoundError(id);
      if (!appointment.needsReview) return;
      const before = { ...timelineState(appointment), ...(appointment.reviewReason === null ? {} : { code: appointment.reviewReason }) };
      const attemptId = appointment.pendingChange?.attemptId;
      // Whatever the review was for: a change that is still looked for, or newer than that, goes on.
      if (attemptId !== undefined && (await this.outcomes.isLeftToPerson(em, { facilityId: facility.id, attemptId })))
        appointment.pendingChange = null;
      appointment.needsReview = false;
      appointment.reviewReason = null;
      appointment.updatedAt = this.clock.now();
      const after = timelineState(appointment);
      this.log.entry(em, appointment, 'reviewed', 'platform', { before, after, reference: caller.keyId, note: note ?? null });
    });
    return this.appointments.get(caller, id);
  }
}
