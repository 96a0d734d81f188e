import type { SeededDefects } from './defects/seeded-defects.js';
import type { NumericIds } from './http/numeric-ids.js';
import type { Dialect } from './http/dialect.js';

/** How this hospital speaks; what it knows is in the directory and the records. */
export class SandboxSettings {
  constructor(
    readonly dialect: Dialect,
    /** Each answer is begun this much later: a stand-in for a slow upstream. Real time. */
    readonly latencyMs: number,
    /** Calendars on a page where the caller names no `limit`. */
    readonly calendarsPerPage: number,
    readonly log: (line: string) => void,
    readonly defects: SeededDefects,
    readonly numericIds: NumericIds,
  ) {}
}
