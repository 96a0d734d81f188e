import type { AppointmentFacts } from './appointment-facts.js';

/** Reasons that the next event may take back: it is the hospital's word. */
const EVENTS_OWN_REASONS = new Set(['start-unknown', 'calendar-unknown', 'unknown-to-the-hospital', 'booking-outcome-unknown']);

/** What only a person can settle. Another reason that stands there already stays. */
export function review(after: AppointmentFacts, isInDoubt: boolean): void {
  const isOpen = after.status === 'SCHEDULED' || after.status === 'SHOW';
  const isOurs = after.reviewReason === null || EVENTS_OWN_REASONS.has(after.reviewReason);
  if (!isOurs) return;
  if (isInDoubt) setReview(after, 'order-uncertain');
  else if (isOpen && after.startAt === null) setReview(after, 'start-unknown');
  else if (isOpen && after.calendarId === null && after.stamps.calendar !== undefined) setReview(after, 'calendar-unknown');
  else setReview(after, null);
}

function setReview(after: AppointmentFacts, reason: string | null): void {
  after.needsReview = reason !== null;
  after.reviewReason = reason;
}
