import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { SlotClaimsService } from '../availability/slot-claims.service.js';
import type { WantedSlot } from '../availability/wanted-slots.service.js';
import type { Bookable } from '../calendars/bookable.js';
import { Clock } from '../common/clock.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import type { Facility } from '../facilities/facility.entity.js';
import { AppointmentLog } from './appointment-log.js';
import type { PendingChange } from './appointment-state.js';
import type { Appointment } from './appointment.entity.js';
import { ChangeRefusedError } from './appointment.errors.js';
import { changeableOf, sealedPlaceOf } from './appointment.mapper.js';
import { AppointmentRepository } from './appointment.repository.js';
import { changePermission, type ChangeKind } from './change-policy.js';
import type { IdempotencyTicket } from './idempotency-rules.js';
import { IdempotencyService } from './idempotency.service.js';

/** A change that is written down as pending and may now be sent. */
export interface OpenedChange {
  appointment: Appointment;
  attemptId: string;
  /** When the call must have ended. */
  deadlineAt: Date;
  pending: PendingChange;
  /** Of one whose outcome was unknown, and is now learned by a look at it: whether that is still the last look, to be asked under the lock, and its end. */
  look?: { isLast: (em: EntityManager) => Promise<boolean>; end: (em: EntityManager) => Promise<void> };
}

class NotOpenedSignal extends Error {
  constructor(readonly why: 'slot-taken' | 'key-taken') {
    super(why);
  }
}

/** The first transaction of a reschedule or cancel: key, seat, `pendingChange`, attempt, timeline; all of it or nothing. */
@Injectable()
export class ChangeOpening {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: AppointmentRepository,
    private readonly claims: SlotClaimsService,
    private readonly idempotency: IdempotencyService,
    private readonly log: AppointmentLog,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  async openReschedule(
    facility: Facility,
    appointment: Appointment,
    bookable: Bookable,
    slot: WantedSlot,
    ticket: IdempotencyTicket | null,
  ): Promise<OpenedChange | 'slot-taken' | 'key-taken'> {
    return this.open(async em => {
      const locked = await this.lockAllowed(em, 'reschedule', facility, appointment, ticket);
      const isFree = slot.isOwn || (await this.claims.claim(facility.id, bookable.calendarId, slot, locked.id));
      if (!isFree) throw new NotOpenedSignal('slot-taken');
      return this.note(em, locked, { kind: 'reschedule', start: slot.startAt.toISOString(), calendarId: bookable.calendarId });
    });
  }

  async openCancel(
    facility: Facility,
    appointment: Appointment,
    ticket: IdempotencyTicket | null,
    reason: string | null = null,
  ): Promise<OpenedChange | 'key-taken'> {
    const opened = await this.open(async em => {
      const locked = await this.lockAllowed(em, 'cancel', facility, appointment, ticket);
      const reasonSealed = this.cipher.sealOptional(reason, sealedPlaceOf(locked, 'reason_sealed'));
      return this.note(em, locked, { kind: 'cancel', start: null, calendarId: null, ...(reasonSealed === null ? {} : { reasonSealed }) });
    });
    if (opened === 'slot-taken') throw new Error('A cancel claims no slot');
    return opened;
  }

  private async open(write: (em: EntityManager) => Promise<OpenedChange>): Promise<OpenedChange | 'slot-taken' | 'key-taken'> {
    try {
      return await this.em.transactional(write, { clear: true });
    } catch (error) {
      if (error instanceof NotOpenedSignal) return error.why;
      throw error;
    }
  }

  /** The appointment as it is now, judged once more: between the first look and the lock another change may have come. */
  private async lockAllowed(
    em: EntityManager,
    kind: ChangeKind,
    facility: Facility,
    seen: Appointment,
    ticket: IdempotencyTicket | null,
  ): Promise<Appointment> {
    if (ticket && !(await this.idempotency.claim(em, ticket, seen.id))) throw new NotOpenedSignal('key-taken');
    const locked = await this.repository.findLocked(em, facility.id, seen.id);
    if (!locked) throw new Error(`The appointment ${seen.id} is gone`);
    const permission = changePermission(kind, changeableOf(locked), facility.policies[kind], this.clock.now());
    if (!permission.allowed) throw new ChangeRefusedError(kind, permission, facility.timezone);
    // What was judged before the lock must still be what it is; an echo that came meanwhile changes nothing of that.
    if (isElsewhere(locked, seen))
      throw new ChangeRefusedError(kind, { ...permission, allowed: false, code: 'change-in-progress' }, facility.timezone);
    return locked;
  }

  private async note(
    em: EntityManager,
    appointment: Appointment,
    change: Pick<PendingChange, 'kind' | 'start' | 'calendarId' | 'reasonSealed'>,
  ): Promise<OpenedChange> {
    const now = this.clock.now();
    const target = { calendarId: change.calendarId, startAt: change.start === null ? null : new Date(change.start) };
    const attempt = this.log.attempt(appointment, change.kind, target);
    em.persist(attempt);
    const pending = { ...change, since: now.toISOString(), attemptId: attempt.id };
    appointment.pendingChange = pending;
    appointment.updatedAt = now;
    this.log.entry(em, appointment, `${pending.kind}-requested`, 'platform', {
      after: pending.kind === 'reschedule' ? { start: pending.start, calendarId: pending.calendarId } : {},
      reference: attempt.id,
    });
    await em.flush();
    return { appointment, attemptId: attempt.id, deadlineAt: attempt.deadlineAt, pending };
  }
}

/** Its own slot, by which the new one was judged, and what the hospital calls it. */
function isElsewhere(locked: Appointment, seen: Appointment): boolean {
  const isSamePlace = locked.calendarId === seen.calendarId && locked.startAt?.getTime() === seen.startAt?.getTime();
  return !isSamePlace || locked.appointmentTypeId !== seen.appointmentTypeId || locked.externalId !== seen.externalId;
}
