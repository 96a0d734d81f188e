import type { Check } from './check.js';
import type { ClauseId } from './clauses.js';

/** What all others build on: calendars, and the slots of the place that is chosen. */
const GROUND: readonly ClauseId[] = ['LIST-1', 'CAL-1', 'CAL-2', 'AVAIL-1'];

/** Checks that judge what an earlier one has seen, and see nothing without it. */
const BUILDS_ON: Partial<Record<ClauseId, readonly ClauseId[]>> = {
  'AVAIL-7': ['BOOK-1'],
  'BOOK-2': ['BOOK-1'],
  'BOOK-3': ['BOOK-1'],
  'ERR-1': ['AVAIL-5', 'BOOK-7', 'MOVE-5'],
  'ERR-3': ['BOOK-1', 'BOOK-7', 'MOVE-5'],
  'PERF-2': ['BOOK-1'],
};

/** The checks of these clauses and those that they build on, in the run's order; null: all. */
export function wantedChecks(checks: readonly Check[], only: readonly ClauseId[] | null): readonly Check[] {
  if (only === null) return checks;
  const wanted = new Set([...GROUND, ...only, ...only.flatMap(clause => BUILDS_ON[clause] ?? [])]);
  return checks.filter(({ clause }) => wanted.has(clause));
}
