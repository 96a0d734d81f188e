const SECOND_MS = 1_000;
/** How long a message is tried; an appointment that begins before ends it sooner. */
export const LONGEST_TRYING_MS = 24 * 3_600_000;
/** A provider that asks for more is asked again all the same: it may have been mistaken. */
const LONGEST_WAIT_MS = 3_600_000;
const WAITS_MS = [5, 15, 30, 60].map(seconds => seconds * SECOND_MS);
/** Messages that failed together do not come back together. */
const SPREAD = 0.2;

/**
 * How long to wait before the next try, in milliseconds: longer with each (5 s to 1 min), and as long as the provider asks (up to an
 * hour). `tries`: made so far, at least 1. `chance`: from 0 to 1, spreads the wait by ± 20 %.
 */
export function waitBeforeRetry(tries: number, retryAfterSeconds: number | null, chance: number): number {
  const step = WAITS_MS[Math.min(tries, WAITS_MS.length) - 1] ?? 0;
  const asked = Math.min((retryAfterSeconds ?? 0) * SECOND_MS, LONGEST_WAIT_MS);
  return Math.round(Math.max(step * (1 - SPREAD + 2 * SPREAD * chance), asked));
}

/** After a message's outcome could not be told: when its provider's list is asked, from the try on. */
const FIRST_LOOK_MS = 30 * SECOND_MS;
const LOOKS_MS = [FIRST_LOOK_MS, 120 * SECOND_MS, 600 * SECOND_MS];
/** The list is believed to lack a message only this long after the try: it may lag. */
const LIST_LAG_MS = 120 * SECOND_MS;
/** Later on, a list that could not be had is asked for so often, for a day. Then it is a person's. */
const LATE_LOOK_MS = 3_600_000;
const LONGEST_LOOKING_MS = 24 * 3_600_000;

/** When to ask the provider's list first: when it may have the message, which of a try that is noted late was long ago. */
export function firstLook(triedAt: Date, now: Date): Date {
  return new Date(Math.max(triedAt.getTime() + FIRST_LOOK_MS, now.getTime()));
}

/** When to ask it again, which has not told; null: not any more. */
export function nextLook(triedAt: Date, now: Date): Date | null {
  const wait = LOOKS_MS.find(ms => triedAt.getTime() + ms > now.getTime());
  if (wait !== undefined) return new Date(triedAt.getTime() + wait);
  const next = new Date(now.getTime() + LATE_LOOK_MS);
  return next.getTime() - triedAt.getTime() > LONGEST_LOOKING_MS ? null : next;
}

/** Whether a list that lacks the message proves that it was not taken. */
export function isAbsenceProof(triedAt: Date, now: Date): boolean {
  return now.getTime() - triedAt.getTime() >= LIST_LAG_MS;
}
