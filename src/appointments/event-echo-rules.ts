import type { AppointmentHospitalEvent } from './hospital-event.js';
import type { Aspect } from './stamp-rules.js';
import type { AttemptKind, AttemptOutcome } from './upstream-attempt.entity.js';

/** A call of ours, as far as it tells whether an event is its echo. */
export interface EchoableAttempt {
  id: string;
  kind: AttemptKind;
  calendarId: string | null;
  startAt: Date | null;
  sentAt: Date;
  /** null: not known yet. */
  outcome: AttemptOutcome | null;
  /** The event that is its echo already; of a repeat, the call that it repeats. */
  echoId: string | null;
}

/** The event with its calendar in the hub's ids; null where it names none. */
export type EchoingEvent = Pick<AppointmentHospitalEvent, 'id' | 'type' | 'start'> & { calendarId: string | null };

/** An event that our own call caused. */
export interface Echo {
  attempt: EchoableAttempt;
  /** Aspects that a later call of ours has changed again, and when that was sent: what the echo says of them is no news. */
  outdated: ReadonlyMap<Aspect, Date>;
}

const TYPE_OF: Record<AttemptKind, AppointmentHospitalEvent['type']> = {
  book: 'appointmentCreated',
  reschedule: 'appointmentRescheduled',
  cancel: 'appointmentCanceled',
};
const TOUCHED: Record<AttemptKind, readonly Aspect[]> = {
  book: ['status', 'start', 'calendar', 'type'],
  reschedule: ['start', 'calendar', 'type'],
  cancel: ['status'],
};

/**
 * The call of ours that the event is the echo of, if any: each call that succeeded, or may have, has one echo at most, an event
 * that says the same (contract, "Whose is it?"). A call and its repeats are one change: the first stands for all of them, also where
 * it was refused and a repeat was not. `attempts`: all of this appointment.
 */
export function findEcho(event: EchoingEvent, attempts: readonly EchoableAttempt[]): Echo | null {
  const inOrder = attempts.toSorted((a, b) => a.sentAt.getTime() - b.sentAt.getTime());
  const attempt = inOrder.find(candidate => isFree(candidate, attempts, event.id) && saysTheSame(event, candidate));
  if (!attempt) return null;
  const later = inOrder.slice(inOrder.indexOf(attempt) + 1).filter(other => other.outcome === 'yes' && !isRepeat(other, attempt));
  return { attempt, outdated: sentOf(later) };
}

/**
 * When the last call of ours that changed each aspect, and succeeded, was sent. Bookings do not count: nothing happens to an
 * appointment before it is made, whatever the hospital's clock says.
 */
export function lastChanges(attempts: readonly EchoableAttempt[]): ReadonlyMap<Aspect, Date> {
  return sentOf(attempts.filter(attempt => attempt.kind !== 'book' && attempt.outcome === 'yes'));
}

function sentOf(attempts: readonly EchoableAttempt[]): ReadonlyMap<Aspect, Date> {
  const inOrder = attempts.toSorted((a, b) => a.sentAt.getTime() - b.sentAt.getTime());
  return new Map(inOrder.flatMap(({ kind, sentAt }) => TOUCHED[kind].map((aspect): [Aspect, Date] => [aspect, sentAt])));
}

function isFree(attempt: EchoableAttempt, attempts: readonly EchoableAttempt[], eventId: string): boolean {
  const mayHaveWorked = attempt.outcome !== 'no' || attempts.some(other => isRepeat(other, attempt) && other.outcome !== 'no');
  return mayHaveWorked && (attempt.echoId === null || attempt.echoId === eventId);
}

function isRepeat(other: EchoableAttempt, first: EchoableAttempt): boolean {
  return other.echoId === first.id;
}

function saysTheSame(event: EchoingEvent, attempt: EchoableAttempt): boolean {
  if (TYPE_OF[attempt.kind] !== event.type) return false;
  if (attempt.kind === 'cancel') return true;
  const hasSameStart = event.start === null || event.start.getTime() === attempt.startAt?.getTime();
  const hasSameCalendar = event.calendarId === null || attempt.calendarId === null || event.calendarId === attempt.calendarId;
  return hasSameStart && hasSameCalendar;
}
