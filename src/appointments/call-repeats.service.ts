import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { WriteOutcome } from '../schedulers/scheduler.js';
import { AppointmentLog } from './appointment-log.js';
import type { Appointment } from './appointment.entity.js';
import { AppointmentRepository } from './appointment.repository.js';
import { outcomeOfRepeat } from './not-booked-rules.js';
import type { UnknownOutcome } from './unknown-outcome.entity.js';
import { UnknownOutcomeRepository } from './unknown-outcome.repository.js';

/** A repeat that is written down and may now be sent. */
export interface OpenedRepeat {
  appointment: Appointment;
  attemptId: string;
  deadlineAt: Date;
}

/** The same call once more: written down before it is sent, as the first was. */
@Injectable()
export class CallRepeats {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: AppointmentRepository,
    private readonly outcomes: UnknownOutcomeRepository,
    private readonly log: AppointmentLog,
  ) {}

  /**
   * Sends `call` where `mayRepeat` holds of the appointment under its lock, and this look is the last; null where not. The outcome
   * is noted with the attempt only: what it means for the appointment is for the caller.
   */
  async send(
    outcome: UnknownOutcome,
    mayRepeat: (appointment: Appointment) => boolean,
    call: (opened: OpenedRepeat) => Promise<WriteOutcome>,
  ): Promise<WriteOutcome | null> {
    const opened = await this.open(outcome, mayRepeat);
    if (!opened) return null;
    const answered = outcomeOfRepeat(await call(opened));
    const code = answered.outcome === 'yes' ? null : answered.code;
    await this.log.finish(this.em, opened.attemptId, answered.outcome, code, answered.httpStatus);
    return answered;
  }

  private async open(outcome: UnknownOutcome, mayRepeat: (appointment: Appointment) => boolean): Promise<OpenedRepeat | null> {
    const { facilityId, appointmentId, attemptId, kind } = outcome;
    return this.em.transactional(
      async em => {
        const appointment = await this.repository.findLocked(em, facilityId, appointmentId);
        if (!appointment || !(await this.outcomes.lockMine(em, outcome)) || !mayRepeat(appointment)) return null;
        const first = await this.repository.getAttempt(facilityId, attemptId);
        const repeat = this.log.attempt(appointment, kind, { calendarId: first.calendarId, startAt: first.startAt });
        repeat.echoId = attemptId;
        em.persist(repeat);
        await em.flush();
        return { appointment, attemptId: repeat.id, deadlineAt: repeat.deadlineAt };
      },
      { clear: true },
    );
  }
}
