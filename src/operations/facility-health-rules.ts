import type { CallFailure, HospitalCall } from '../schedulers/hospital-call-rules.js';
import type { GateNews } from '../schedulers/hospital-gates.js';

/** A failure as it is stored: `at` in ISO 8601, UTC. */
export interface StoredFailure extends CallFailure {
  at: string;
  call: HospitalCall;
}

/** How many failures of a hospital are kept. */
export const FAILURES_KEPT = 10;

/** What is known of a hospital, and what comes to it. Only the newest failures are kept. */
export function mergedNews(known: GateNews | undefined, more: GateNews): GateNews {
  if (!known) return more;
  return {
    isStateNew: known.isStateNew || more.isStateNew,
    pausedUntil: latest([known.pausedUntil, more.pausedUntil]),
    failures: [...known.failures, ...more.failures].slice(-FAILURES_KEPT),
  };
}

/**
 * In one word. `paused`: it asked not to be called. `away`: it is left alone, its last calls failed. `failing`: the last call
 * failed. `unknown`: it was never called.
 */
export type FacilityHealthStatus = 'up' | 'failing' | 'away' | 'paused' | 'unknown';

export interface SeenHealth {
  breaker: 'closed' | 'open' | 'half-open' | null;
  pausedUntil: Date | null;
  lastSuccessAt: Date | null;
  lastFailureAt: Date | null;
}

export function healthStatus({ breaker, pausedUntil, lastSuccessAt, lastFailureAt }: SeenHealth, now: Date): FacilityHealthStatus {
  if (pausedUntil && pausedUntil > now) return 'paused';
  if (breaker === 'open' || breaker === 'half-open') return 'away';
  if (lastFailureAt && (!lastSuccessAt || lastFailureAt > lastSuccessAt)) return 'failing';
  return lastSuccessAt ? 'up' : 'unknown';
}

/** The last of them; null where none is known. */
export function latest(times: readonly (Date | null)[]): Date | null {
  return times.reduce((last, time) => (time && (!last || time > last) ? time : last), null);
}
