import { Injectable, Logger } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { DomainError } from '../common/domain-error.js';
import { isDatabaseAway } from '../common/problem.filter.js';
import { CalendarSyncApplying } from './calendar-sync-applying.js';
import { CalendarSyncOpening } from './calendar-sync-opening.js';
import { CalendarSyncReading, type RunId } from './calendar-sync-reading.js';
import type { CalendarSync } from './calendar-sync.entity.js';
import { CalendarSyncRepository } from './calendar-sync.repository.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';

/** How often a run reads anew because the facility's settings changed while it read. */
const MAX_READINGS = 3;

type RunError = NonNullable<CalendarSync['error']>;

/** When the last reading of a run began. */
interface Begun {
  startedAt: Date | null;
}

const SETTINGS_CHANGED: RunError = {
  code: 'settings-changed',
  message: "The facility's settings kept changing while its calendars were read.",
};

/** Carries out a run: reads the hospital's whole list, then applies it in one transaction, or records why not. */
@Injectable()
export class CalendarSyncService {
  private readonly logger = new Logger(CalendarSyncService.name);

  constructor(
    private readonly em: EntityManager,
    private readonly opening: CalendarSyncOpening,
    private readonly reading: CalendarSyncReading,
    private readonly applying: CalendarSyncApplying,
    private readonly syncs: CalendarSyncRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Does nothing for a run that is finished. What the hospital does wrong is recorded and not thrown: the next run is the retry.
   * Throws when `signal` is aborted, or the database is away: then the run stays open, and the queue gives it to a worker again.
   */
  async run(run: RunId, signal: AbortSignal): Promise<void> {
    const startedMs = this.clock.monotonicMs();
    const elapsedMs = (): number => Math.round(this.clock.monotonicMs() - startedMs);
    const begun: Begun = { startedAt: null };
    let failure: RunError | null;
    try {
      failure = await this.readAndApply(run, signal, elapsedMs, begun);
    } catch (error) {
      signal.throwIfAborted();
      if (isDatabaseAway(error)) throw error;
      failure = this.describe(run, error);
    }
    if (failure) await this.syncs.markFailed({ ...run, ...begun }, this.clock.now(), elapsedMs(), failure);
  }

  /** null when the run is finished, else why it failed. */
  private async readAndApply(run: RunId, signal: AbortSignal, elapsedMs: () => number, begun: Begun): Promise<RunError | null> {
    for (let count = 1; count <= MAX_READINGS; count++) {
      const question = await this.reading.begin(run);
      if (!question) return null;
      begun.startedAt = question.startedAt;
      const reading = await this.reading.read(question);
      signal.throwIfAborted();
      const result = await this.applying.apply(run, reading, elapsedMs);
      if (result === 'finished') return null;
      if (result !== 'settings-changed') return { code: result.code, message: result.message };
    }
    return SETTINGS_CHANGED;
  }

  /** For the run's row, which operators read. What is not a known state of the world is logged, and the row says no more than that. */
  private describe(run: RunId, error: unknown): RunError {
    if (error instanceof DomainError) return { code: error.code, message: error.message };
    this.logger.error({ msg: 'A calendar sync failed', facilityId: run.facilityId, calendarSyncId: run.id, ...unexpectedFailure(error) });
    return { code: 'internal-error', message: 'The hub failed; its log says why, under the id of this run.' };
  }
}
