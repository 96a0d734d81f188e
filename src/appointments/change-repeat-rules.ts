import type { ChangePolicy } from '../facilities/facility.settings.js';
import type { UpstreamListedAppointment } from '../schedulers/scheduler.js';
import type { AppointmentStatus, PendingChange } from './appointment-state.js';

/** A reschedule or cancel of unknown outcome, and the appointment as it is now. */
export interface ChangeInDoubt {
  kind: PendingChange['kind'];
  /** The new start; null on a cancel. */
  targetStart: Date | null;
  status: AppointmentStatus;
  presentStart: Date | null;
  /** The hospital has changed the appointment since our call was sent. */
  isChangedSince: boolean;
  untilAt: Date;
}

export type StopReason = 'overtaken' | 'appointment-started' | 'cutoff-passed' | 'too-long';

/** Why the call is not to be repeated any more; null: it may be. The hospital's own newer change goes before ours. */
export function stopReason(change: ChangeInDoubt, policy: ChangePolicy, now: Date): StopReason | null {
  if (change.isChangedSince || change.status !== 'SCHEDULED') return 'overtaken';
  const starts = [change.presentStart, change.targetStart].filter(start => start !== null);
  if (starts.some(start => now >= start)) return 'appointment-started';
  if (change.presentStart && now.getTime() > change.presentStart.getTime() - policy.cutoffMinutes * 60_000) return 'cutoff-passed';
  return now >= change.untilAt ? 'too-long' : null;
}

/** What is asked for, in the hospital's ids, and what was before. */
export interface ListedQuestion {
  kind: PendingChange['kind'];
  target: { start: Date | null; calendarExternalId: string | null };
  before: { start: Date | null; calendarExternalId: string | null };
}

/**
 * What the hospital's list says of the change. `done`: it shows what was asked for. `not-done`: it shows what was before, so far.
 * `other`: it shows neither, so somebody has changed it. `unclear`: it says too little.
 */
export function listedChange(
  listed: Pick<UpstreamListedAppointment, 'status' | 'start' | 'calendarExternalId'> | null,
  { kind, target, before }: ListedQuestion,
): 'done' | 'not-done' | 'other' | 'unclear' {
  if (listed?.status == null) return 'unclear';
  if (kind === 'cancel') {
    if (listed.status === 'canceled') return 'done';
    return listed.status === 'checked-in' ? 'other' : 'not-done';
  }
  if (listed.status !== 'scheduled') return 'other';
  if (listed.start === null) return 'unclear';
  const isAt = (place: ListedQuestion['target']): boolean =>
    listed.start?.getTime() === place.start?.getTime() &&
    (listed.calendarExternalId === null || place.calendarExternalId === null || listed.calendarExternalId === place.calendarExternalId);
  if (isAt(target)) return 'done';
  return isAt(before) ? 'not-done' : 'other';
}
