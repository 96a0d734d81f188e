import type { AppointmentStatus } from './appointment-state.js';
import type { FieldChange } from './event-effect.js';
import type { HospitalEvent } from './hospital-event.js';

/** What the hospital's list of appointments said of the one an event is about. */
export type ListAnswer =
  | { kind: 'not-asked' }
  /** There is no list, or it did not answer, or the appointment is not on it. */
  | { kind: 'unavailable' }
  | { kind: 'listed'; status: AppointmentStatus; start: Date | null; calendarExternalId: string | null };

/** An event, and what is known about it besides. */
export interface EventToApply {
  event: HospitalEvent;
  /** It was held until its deadline. */
  isLastChance: boolean;
  /** A body without id and time that came before, another event of the appointment in between. */
  isRepeat: boolean;
  listed: ListAnswer;
  /** The appointments that it names as they were before the list was asked: of one that has changed since the list's word is old. Left out: as `listed` says. */
  seen?: SeenVersions;
  /**
   * Of what the hospital's list has shown, and no webhook told: the appointment as it was when the list was read. It is applied only
   * to one that is still so, and is the hub's reconciliation on the timeline.
   */
  compared?: ComparedState;
  /** Of what is done with it; null or left out: nothing is traced. */
  traceparent?: string | null;
}

/** Versions of appointments' rows, by their id. */
export type SeenVersions = ReadonlyMap<string, number>;

/** `version` of the appointment's row; null: nobody knew the appointment. */
export interface ComparedState {
  version: number | null;
}

export type HeldReason =
  /** Until the outcome of a booking of ours is known. */
  | 'booking-in-doubt'
  /** Until the hospital's list has been asked. */
  | 'checking-with-hospital'
  /** For a person. */
  | 'repeat-in-question'
  | 'permanent-ids-differ'
  | 'dates-of-birth-differ'
  | 'national-ids-differ';

/** What became of an event. */
export interface EventResult {
  outcome: 'applied' | 'duplicate' | 'superseded' | 'held';
  reason: string | null;
  isTie: boolean;
  appointmentId: string | null;
  contactId: string | null;
  changes: FieldChange[];
}

export function held(reason: HeldReason, of: { appointmentId: string | null; contactId: string | null }): EventResult {
  return { outcome: 'held', reason, isTie: false, ...of, changes: [] };
}
