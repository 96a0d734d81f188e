import type { ChangePolicy } from '../facilities/facility.settings.js';
import type { AppointmentStatus } from './appointment-state.js';

/** What the rule needs to know of an appointment. */
export interface ChangeableAppointment {
  status: AppointmentStatus;
  /** null: the hospital has not told it. */
  startAt: Date | null;
  hasPendingChange: boolean;
  /** The hub has the hospital's id of it; for a reschedule its calendar and type, too. */
  isLinked: { reschedule: boolean; cancel: boolean };
}

export type ChangeKind = 'reschedule' | 'cancel';

export type ChangeRefusal =
  | 'booking-pending'
  | 'booking-failed'
  | 'appointment-canceled'
  | 'appointment-checked-in'
  | 'change-in-progress'
  | 'start-unknown'
  /** The hub lacks an id that the hospital would have to be told. */
  | 'not-linked'
  | 'appointment-started'
  | 'handover-required'
  | 'call-required'
  | 'reschedule-cutoff-passed'
  | 'cancel-cutoff-passed';

/** Whether the chat may change an appointment. `until`: the last instant at which it may; `phone`: whom to call when it may not. */
export interface ChangePermission {
  allowed: boolean;
  until: Date | null;
  code: ChangeRefusal | null;
  phone: string | null;
}

/**
 * May the chat reschedule or cancel this appointment now? Allowed while `now ≤ start − cutoff`, in absolute time: a day
 * on which clocks change does not move the cutoff.
 */
export function changePermission(kind: ChangeKind, appointment: ChangeableAppointment, policy: ChangePolicy, now: Date): ChangePermission {
  const state = refusalOfState(kind, appointment);
  if (state !== null || appointment.startAt === null) {
    // A cancel without a known start has no cutoff to pass.
    if (state === null && kind === 'cancel') return byMode(policy) ?? { allowed: true, until: null, code: null, phone: policy.phone };
    return { allowed: false, until: null, code: state ?? 'start-unknown', phone: policy.phone };
  }
  const until = new Date(appointment.startAt.getTime() - policy.cutoffMinutes * 60_000);
  if (now > appointment.startAt) return { allowed: false, until, code: 'appointment-started', phone: policy.phone };
  const mode = byMode(policy);
  if (mode) return mode;
  if (now > until) return { allowed: false, until, code: `${kind}-cutoff-passed`, phone: policy.phone };
  return { allowed: true, until, code: null, phone: policy.phone };
}

function refusalOfState(kind: ChangeKind, { status, startAt, hasPendingChange, isLinked }: ChangeableAppointment): ChangeRefusal | null {
  switch (status) {
    case 'PENDING':
      return 'booking-pending';
    case 'FAILED':
      return 'booking-failed';
    case 'CANCELED':
      return 'appointment-canceled';
    case 'SHOW':
      return 'appointment-checked-in';
    case 'SCHEDULED':
      if (hasPendingChange) return 'change-in-progress';
      if (startAt === null && kind === 'reschedule') return 'start-unknown';
      return isLinked[kind] ? null : 'not-linked';
  }
}

function byMode(policy: ChangePolicy): ChangePermission | null {
  switch (policy.mode) {
    case 'allowed':
      return null;
    case 'handover':
      return { allowed: false, until: null, code: 'handover-required', phone: policy.phone };
    case 'call':
      return { allowed: false, until: null, code: 'call-required', phone: policy.phone };
  }
}
