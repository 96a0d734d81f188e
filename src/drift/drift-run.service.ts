import { Injectable, Logger } from '@nestjs/common';
import { DomainError } from '../common/domain-error.js';
import { isDatabaseAway } from '../common/problem.filter.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { DriftBeginning, type Comparison, type DriftRunId } from './drift-beginning.js';
import { DriftJudging } from './drift-judging.service.js';
import type { RunOutcome } from './drift-outcome.js';
import { DriftRecording } from './drift-recording.service.js';

const NOTHING = { status: 'failed', listed: 0, compared: 0, skipped: 0, differences: [], listSize: null } as const;

/** Carries out a run: reads the hospital's lists, compares, and notes what was found, or why it could not. */
@Injectable()
export class DriftRunService {
  private readonly logger = new Logger(DriftRunService.name);

  constructor(
    private readonly beginning: DriftBeginning,
    private readonly judging: DriftJudging,
    private readonly recording: DriftRecording,
  ) {}

  /**
   * Does nothing for a run that is finished. What the hospital does wrong is recorded and not thrown: the next run is the retry. Throws
   * when `signal` is aborted, or the database is away: then the run stays open, and the queue gives it to a worker again.
   */
  async run(id: DriftRunId, signal: AbortSignal): Promise<void> {
    const failed = (error: unknown): RunOutcome => {
      signal.throwIfAborted();
      return { ...NOTHING, ...this.describe(id, error) };
    };
    let comparison: Comparison | null;
    try {
      comparison = await this.beginning.begin(id, signal);
    } catch (error) {
      // It may have been begun all the same, by us or another.
      if (isDatabaseAway(error)) throw error;
      return this.recording.finish(id, null, failed(error));
    }
    if (!comparison) return;
    const { startedAt } = comparison.run;
    await this.recording.finish(id, startedAt, await this.judging.outcomeOf(comparison).catch(failed));
  }

  /** For the run's row, which operators read. What is not a known state of the world is logged, and the row says no more than that. */
  private describe({ facilityId, id }: DriftRunId, error: unknown): Pick<RunOutcome, 'code' | 'message'> {
    if (error instanceof DomainError) return { code: error.code, message: error.message };
    this.logger.error({ msg: "A comparison with a hospital's list failed", facilityId, driftRunId: id, ...unexpectedFailure(error) });
    return { code: 'internal-error', message: 'The hub failed; its log says why, under the id of this run.' };
  }
}
