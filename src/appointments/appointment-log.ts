import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { newId } from '../common/ids.js';
import { HubConfig } from '../config/config.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import { AppointmentEvent, type TimelineState, type TimelineType } from './appointment-event.entity.js';
import type { Appointment } from './appointment.entity.js';
import { notePlaceOf } from './appointment.mapper.js';
import { UpstreamAttempt, type AttemptKind, type AttemptOutcome } from './upstream-attempt.entity.js';

/** Past the call's own deadline, for the note of its outcome. */
export const GRACE_MS = 500;

/** How it was, how it is, and what the entry rests on. */
interface EntryStates {
  before?: TimelineState;
  after?: TimelineState;
  reference?: string;
  /** A person's: kept encrypted. */
  note?: string | null;
}

/** Writes, with the change itself, what was tried at the hospital and what came of it: attempts and the timeline. */
@Injectable()
export class AppointmentLog {
  constructor(
    private readonly config: HubConfig,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  /** The attempt's row, not written yet: to be committed before the call is sent. */
  attempt(
    appointment: Pick<Appointment, 'id' | 'facilityId'>,
    kind: AttemptKind,
    target: { calendarId: string | null; startAt: Date | null; seats?: number },
  ): UpstreamAttempt {
    const now = this.clock.now();
    return Object.assign(new UpstreamAttempt(), {
      id: newId(now),
      facilityId: appointment.facilityId,
      appointmentId: appointment.id,
      kind,
      calendarId: target.calendarId,
      startAt: target.startAt,
      sentAt: now,
      deadlineAt: new Date(now.getTime() + this.config.writeTimeoutMs + GRACE_MS),
      finishedAt: null,
      outcome: null,
      code: null,
      httpStatus: null,
      seats: target.seats ?? null,
      echoId: null,
    } satisfies UpstreamAttempt);
  }

  /** What an event has proved meanwhile stays proved. */
  async finish(
    em: EntityManager,
    attemptId: string,
    outcome: AttemptOutcome,
    code: string | null,
    httpStatus: number | null,
  ): Promise<void> {
    await em.execute(
      `update upstream_attempt set finished_at = ?, outcome = ?, code = ?, http_status = ?
       where id = ? and outcome is distinct from 'yes'`,
      [this.clock.now(), outcome, code, httpStatus, attemptId],
    );
  }

  /** The process that made the call died before it noted how it ended. False where it had noted it. */
  async interrupted(em: EntityManager, attemptId: string): Promise<boolean> {
    const rows: unknown[] = await em.execute(
      `update upstream_attempt set finished_at = ?, outcome = 'unknown', code = 'interrupted' where id = ? and outcome is null returning id`,
      [this.clock.now(), attemptId],
    );
    return rows.length === 1;
  }

  /** Whether the call was sent again by whoever looks for what became of it. */
  async hasRepeats(em: EntityManager, { facilityId, id }: Pick<Appointment, 'facilityId' | 'id'>, attemptId: string): Promise<boolean> {
    const rows: unknown[] = await em.execute(
      `select 1 from upstream_attempt where facility_id = ? and appointment_id = ? and echo_id = ? and id <> ? limit 1`,
      [facilityId, id, attemptId, attemptId],
    );
    return rows.length > 0;
  }

  /** All calls of the kind about this appointment that are open: what became of one of them is what became of all. */
  async finishOpen(
    em: EntityManager,
    { facilityId, id }: Pick<Appointment, 'facilityId' | 'id'>,
    kind: AttemptKind,
    outcome: 'yes' | 'no',
    code: string,
  ): Promise<void> {
    await em.execute(
      `update upstream_attempt set finished_at = coalesce(finished_at, ?), outcome = ?, code = ?
       where facility_id = ? and appointment_id = ? and kind = ? and (outcome is null or outcome = 'unknown')`,
      [this.clock.now(), outcome, code, facilityId, id, kind],
    );
  }

  entry(em: EntityManager, appointment: Appointment, type: TimelineType, source: AppointmentEvent['source'], states: EntryStates): void {
    em.persist(em.create(AppointmentEvent, this.row(appointment, type, source, states)));
  }

  /** The entry's row as plain values, not written yet. */
  row(appointment: Appointment, type: TimelineType, source: AppointmentEvent['source'], states: EntryStates): AppointmentEvent {
    const now = this.clock.now();
    const id = newId(now);
    return {
      id,
      facilityId: appointment.facilityId,
      appointmentId: appointment.id,
      at: now,
      type,
      source,
      before: states.before ?? null,
      after: states.after ?? null,
      reference: states.reference ?? null,
      noteSealed: this.cipher.sealOptional(states.note ?? null, notePlaceOf({ id, facilityId: appointment.facilityId })),
    };
  }
}

/** What of an appointment the timeline tells. */
export function timelineState(appointment: Appointment): TimelineState {
  return { status: appointment.status, start: appointment.startAt?.toISOString() ?? null, calendarId: appointment.calendarId };
}
