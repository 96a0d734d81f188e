import type { HospitalEventType } from './hospital-event.js';

/** What an aspect of an appointment rests on: the event, or the answer of the hospital, that said so. Of an appointment's row, as JSON. */
export interface Stamp {
  /** ISO 8601, UTC: when it happened at the hospital; the time of receipt where `isApproximate`. */
  at: string;
  isApproximate: boolean;
  /** Which of two at the same time comes later. */
  rank: number;
  /** The event's; empty for the hospital's answer to a call of our own. */
  identity: string;
}

/** Each aspect has its own. `start`, `calendar` and `type` are the schedule: an event may carry some of them only. */
export const ASPECTS = ['status', 'start', 'calendar', 'type', 'queue'] as const;
export type Aspect = (typeof ASPECTS)[number];
export type Stamps = Partial<Record<Aspect, Stamp>>;

/** Which of two events at one time comes later (contract, "Order"). The hospital's answer to our own call comes before any event. */
export const RANKS: Record<HospitalEventType, number> = {
  patientCreated: 0,
  appointmentCreated: 1,
  appointmentRescheduled: 2,
  Queued: 3,
  appointmentCanceled: 4,
};
export const OWN_ANSWER_RANK = 0;

export const SCHEDULE_ASPECTS = ['start', 'calendar', 'type'] as const;

/** The stamps after the hospital's yes to a call of our own: its own time of the change, where it gave one; else as they were. */
export function stampedByAnswer(stamps: Stamps, aspects: readonly Aspect[], updatedAt: Date | null): Stamps {
  if (updatedAt === null) return stamps;
  const stamp: Stamp = { at: updatedAt.toISOString(), isApproximate: false, rank: OWN_ANSWER_RANK, identity: '' };
  return { ...stamps, ...Object.fromEntries(aspects.map(aspect => [aspect, stamp])) };
}
