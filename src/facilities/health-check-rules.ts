import type { FacilityStatus } from './facility.settings.js';

/** What a health check showed. `undecided`: the hospital asked not to be called, or had no place for one more call. */
export type HealthCheckOutcome = { kind: 'passed' } | { kind: 'failed'; code: string } | { kind: 'undecided' };

/** `streak`: how many checks in a row passed (above 0) or failed (below). */
export interface CheckedHealth {
  status: FacilityStatus;
  streak: number;
}

export interface HealthVerdict extends CheckedHealth {
  /** When to check again. */
  nextInMs: number;
}

/** While all is as it was. */
export const HEALTH_CHECK_MS = 60_000;
/** While it may be about to change. */
const DOUBT_MS = 20_000;
/** With the first after a minute at most: two minutes from the fall to `degraded`, and one lost answer changes nothing. */
const FAILURES_TO_DEGRADE = 3;
const PASSES_TO_RESTORE = 2;

/** A check in a row of others. Only what is live may become degraded, and only what is degraded is restored. */
export function judgeHealth({ status, streak }: CheckedHealth, outcome: HealthCheckOutcome): HealthVerdict {
  if (outcome.kind === 'undecided') return { status, streak, nextInMs: HEALTH_CHECK_MS };
  const after = outcome.kind === 'passed' ? Math.max(streak, 0) + 1 : Math.min(streak, 0) - 1;
  if (status === 'live' && after <= -FAILURES_TO_DEGRADE) return { status: 'degraded', streak: after, nextInMs: DOUBT_MS };
  if (status === 'degraded' && after >= PASSES_TO_RESTORE) return { status: 'live', streak: after, nextInMs: HEALTH_CHECK_MS };
  const isSettled = status === 'live' && after > 0;
  return { status, streak: after, nextInMs: isSettled ? HEALTH_CHECK_MS : DOUBT_MS };
}
