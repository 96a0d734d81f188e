import { isSameTime, type AppointmentFacts } from './appointment-facts.js';
import type { AppointmentEventType } from './hospital-event.js';

/** What the patient is to be told. `start` null: "the hospital will confirm the time". */
export interface Telling {
  kind: 'booked' | 'rescheduled' | 'canceled';
  start: Date | null;
}

/** Nothing that was changed again meanwhile, and no time that may be an old one. */
export function tellingOf(
  type: AppointmentEventType,
  before: AppointmentFacts,
  after: AppointmentFacts,
  isNew: boolean,
  isInDoubt: boolean,
): Telling | null {
  const start = isInDoubt || after.reviewReason === 'order-uncertain' ? null : after.startAt;
  switch (after.status) {
    case 'CANCELED':
      return before.status === 'CANCELED' && !isNew ? null : { kind: 'canceled', start };
    case 'SCHEDULED': {
      const isFilledOnly = before.status === 'SCHEDULED' && isSameTime(before.startAt, after.startAt) && before.calendarId === null;
      if (isFilledOnly && !isNew) return null;
      return { kind: type !== 'appointmentRescheduled' && (isNew || before.status !== 'SCHEDULED') ? 'booked' : 'rescheduled', start };
    }
    case 'SHOW':
    case 'PENDING':
    case 'FAILED':
      return null;
  }
}
