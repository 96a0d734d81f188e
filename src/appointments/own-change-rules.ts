import type { Order, Stamp } from './stamp-rules.js';

/** By how much a hospital's clock may differ from ours. */
export const CLOCK_SKEW_MS = 5 * 60_000;
/** How long after our call the hospital may date what it caused. */
const ECHO_DELAY_MS = 60_000;

/**
 * Where the hospital gave our own change no time, an event that is dated well before it was sent does not undo it, but nobody can be
 * sure: clocks differ.
 */
export function afterOwnChange(order: Order, event: Stamp, present: Stamp | undefined, sentAt: Date | undefined): Order {
  if (!order.isNewer || event.isApproximate || sentAt === undefined) return order;
  const isBefore = Date.parse(event.at) < sentAt.getTime() - CLOCK_SKEW_MS;
  const isOursLast = present === undefined || Date.parse(present.at) < sentAt.getTime();
  return isBefore && isOursLast ? { isNewer: false, isTie: false, isInDoubt: true } : order;
}

/** An event that says the same as an old call of ours, but happened after the last one, is the staff's all the same. */
export function isOutdated(event: Stamp, lastSentAt: Date | undefined): boolean {
  if (lastSentAt === undefined) return false;
  return event.isApproximate || Date.parse(event.at) <= lastSentAt.getTime() + ECHO_DELAY_MS;
}
