import type { Difference } from './difference-rules.js';
import type { DriftRun } from './drift-run.entity.js';
import type { DriftRunStatus } from './drift-state.js';

/** What a run has come to. `differences`: all that was seen, of a list that cannot be relied on too. */
export interface RunOutcome extends Pick<DriftRun, 'listed' | 'compared' | 'skipped' | 'code' | 'message' | 'listSize'> {
  status: Exclude<DriftRunStatus, 'running'>;
  differences: readonly Difference[];
}
