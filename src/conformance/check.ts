import type { ClauseId } from './clauses.js';
import type { Session } from './session.js';

/** One question to the vendor's API. */
export interface Check {
  /** A true sentence where it passes. */
  name: string;
  clause: ClauseId;
  /** What the vendor does about a failure. */
  fix: string;
  /** Books, moves or cancels: left out by `--safe`. */
  writes?: true;
  /** Throws `CheckFailed` or `CheckSkipped`. */
  run(session: Session): Promise<void> | void;
}

export type Outcome = 'passed' | 'failed' | 'skipped';

export interface CheckResult {
  name: string;
  clause: ClauseId;
  outcome: Outcome;
  /** What was seen, or why it was skipped; null where it passed. */
  message: string | null;
  fix: string;
  /** Allowed, but asked for otherwise. */
  warnings: string[];
  tookMs: number;
}
