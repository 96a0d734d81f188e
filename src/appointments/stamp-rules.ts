import type { HospitalEventType } from './hospital-event.js';

/** What an aspect of an appointment rests on: the event, or the answer of the hospital, that said so. Stands in the appointment's row, as JSON. */
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
export const ASPECTS = ['status', 'start', 'calendar', 'type', 'queue', 'patientId', 'temporaryPatientId'] as const;
export type Aspect = (typeof ASPECTS)[number];
export type Stamps = Partial<Record<Aspect, Stamp>>;

export const SCHEDULE_ASPECTS = ['start', 'calendar', 'type'] as const;

/** Which of two events at one time comes later (contract, "Order"). The hospital's answer to our own call comes before any event. */
const RANKS: Record<HospitalEventType, number> = {
  patientCreated: 0,
  appointmentCreated: 1,
  appointmentRescheduled: 2,
  Queued: 3,
  appointmentCanceled: 4,
};
const OWN_ANSWER_RANK = 0;

/** How an event stands to what is known. `isTie`: only rank or identity told them apart. `isInDoubt`: without times nobody can be sure. */
export interface Order {
  isNewer: boolean;
  isTie: boolean;
  isInDoubt: boolean;
}

export function stampOf(event: { type: HospitalEventType; identity: string; time: { at: Date; isApproximate: boolean } }): Stamp {
  const { at, isApproximate } = event.time;
  return { at: at.toISOString(), isApproximate, rank: RANKS[event.type], identity: event.identity };
}

/**
 * Whether an event is newer than what an aspect rests on. Times decide; where one of the two names none, what they are decides
 * first: an appointment is created, moved, checked in, canceled, and what comes in another order was held up on its way.
 */
export function orderOf(event: Stamp, present: Stamp | undefined): Order {
  if (present === undefined) return { isNewer: true, isTie: false, isInDoubt: false };
  const isSame = event.identity !== '' && event.identity === present.identity;
  if (isSame) return { isNewer: false, isTie: false, isInDoubt: false };
  return event.isApproximate || present.isApproximate ? byKind(event, present) : byTime(event, present);
}

function byTime(event: Stamp, present: Stamp): Order {
  if (event.at !== present.at) return { isNewer: event.at > present.at, isTie: false, isInDoubt: false };
  const isNewer = event.rank === present.rank ? event.identity > present.identity : event.rank > present.rank;
  // Our own call's answer bears the very time of its echo: no tie.
  return { isNewer, isTie: present.rank !== OWN_ANSWER_RANK, isInDoubt: false };
}

/** A creation is before everything; of other kinds a lower one may be late, or may be the hospital's change of mind. */
function byKind(event: Stamp, present: Stamp): Order {
  if (event.rank !== present.rank) {
    const isNewer = event.rank > present.rank;
    return { isNewer, isTie: false, isInDoubt: !isNewer && event.rank !== RANKS.appointmentCreated };
  }
  const isNewer = event.at === present.at ? event.identity > present.identity : event.at > present.at;
  return { isNewer, isTie: event.at === present.at, isInDoubt: event.rank !== RANKS.appointmentCreated };
}

/** The stamps after the hospital's yes to a call of our own: its own time of the change, where it gave one; else as they were. */
export function stampedByAnswer(stamps: Stamps, aspects: readonly Aspect[], updatedAt: Date | null): Stamps {
  if (updatedAt === null) return stamps;
  const stamp: Stamp = { at: updatedAt.toISOString(), isApproximate: false, rank: OWN_ANSWER_RANK, identity: '' };
  return { ...stamps, ...Object.fromEntries(aspects.map(aspect => [aspect, stamp])) };
}

/**
 * Whether an event has said something newer of the aspect than the hospital's yes to our own call: by the yes' own time, or
 * without one by when the call was sent.
 */
export function isOvertaken(present: Stamp | undefined, call: { sentAt: Date; updatedAt: Date | null }): boolean {
  if (present === undefined || present.identity === '') return false;
  return present.at > (call.updatedAt ?? call.sentAt).toISOString();
}
