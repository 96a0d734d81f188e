import type { Clock } from '../common/clock.js';
import type { RunOptions } from './arguments.js';
import { CheckFailed, CheckSkipped } from './check-outcome.js';
import type { Check, CheckResult } from './check.js';
import { answerChecks, LIMITS, type Limits } from './checks/answers.js';
import { availabilityChecks } from './checks/availability.js';
import { bookingChecks } from './checks/booking.js';
import { changeChecks } from './checks/changes.js';
import { listingChecks } from './checks/listing.js';
import { setUpChecks } from './checks/set-up.js';
import { VendorClient } from './http/vendor.client.js';
import { Session } from './session.js';
import { wantedChecks } from './wanted-checks.js';

export interface RunReport {
  /** Without user and key. */
  baseUrl: string;
  startedAt: string;
  results: CheckResult[];
  /** What the run made and could not cancel, for a person. */
  leftBehind: string[];
  /** What `--cutoff` booked and the hospital rightly kept, for its staff: no failure. */
  keptPastCutoff: string[];
  /** Some clauses alone were asked for. */
  isPartial: boolean;
  isInterrupted: boolean;
}

export interface RunHooks {
  clock: Clock;
  /** Told of each result as it comes. */
  tell?: (result: CheckResult) => void;
  limits?: Limits;
  /** Ends the run after the check that is under way; what was made is still canceled. */
  signal?: AbortSignal;
  /** How long one call may take. Default 10 s. */
  deadlineMs?: number;
}

/** Plays set-up and Journeys 1 to 3 against the vendor's API, and takes back what it booked. Never throws for what the vendor answers. */
export async function runConformance(
  options: RunOptions,
  { clock, tell, limits = LIMITS, signal, deadlineMs }: RunHooks,
): Promise<RunReport> {
  const session = new Session(options, new VendorClient(options, clock, deadlineMs), clock);
  const report: RunReport = {
    baseUrl: options.baseUrl.href,
    startedAt: clock.now().toISOString(),
    results: [],
    leftBehind: [],
    keptPastCutoff: [],
    isPartial: options.only !== null,
    isInterrupted: false,
  };
  signal?.addEventListener('abort', () => {
    session.client.cutOff();
  });
  const checks = [
    ...setUpChecks(),
    ...availabilityChecks(),
    ...bookingChecks(),
    ...changeChecks(),
    ...listingChecks(),
    ...answerChecks(limits),
  ];
  try {
    for (const check of wantedChecks(checks, options.only)) {
      const result = await resultOf(check, session, signal?.aborted ?? false);
      report.results.push(result);
      tell?.(result);
    }
  } finally {
    report.isInterrupted = signal?.aborted ?? false;
    Object.assign(report, await session.cleanUp());
  }
  return report;
}

async function resultOf(check: Check, session: Session, isInterrupted: boolean): Promise<CheckResult> {
  const startedMs = session.clock.monotonicMs();
  session.warnings.length = 0;
  const ended = (outcome: CheckResult['outcome'], message: string | null): CheckResult => ({
    name: check.name,
    clause: check.clause,
    outcome,
    message,
    fix: check.fix,
    warnings: [...session.warnings],
    tookMs: Math.round(session.clock.monotonicMs() - startedMs),
  });
  const reason = reasonToSkip(check, session, isInterrupted);
  if (reason !== null) return ended('skipped', reason);
  try {
    await check.run(session);
    return ended('passed', null);
  } catch (error) {
    if (error instanceof CheckSkipped) return ended('skipped', error.message);
    if (error instanceof CheckFailed) return ended('failed', error.message);
    throw error;
  }
}

function reasonToSkip(check: Check, session: Session, isInterrupted: boolean): string | null {
  if (isInterrupted) return 'the run was interrupted';
  if (check.writes && session.options.isSafe) return '--safe only reads';
  // What was seen so far still counts.
  const asksNothing = check.clause === 'ERR-3';
  return session.isSilent && !asksNothing ? 'three calls in a row were not answered' : null;
}
