import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { isDatabaseAway } from '../common/problem.filter.js';

const TRIES = 3;
const PAUSE_MS = 150;
const LONGEST_PAUSE_MS = 1_000;
/** While the database is away: nobody else knows what the hospital has answered. */
const AWAY_WITHIN_MS = 60_000;
/** So long whoever is waiting waits with it. */
const TOLD_WITHIN_MS = 3_000;

/** Writes down what a hospital answered, though the database may stumble or be away for a while: the answer is worth many tries. */
@Injectable()
export class OutcomeNotes {
  private readonly logger = new Logger(OutcomeNotes.name);

  constructor(private readonly clock: Clock) {}

  /**
   * The result of `write`, a whole transaction; null when it could not be done in time. Then the attempt's row is still open: it is tried
   * on, as long as this process lives and the database is away, and found out by others if that is in vain.
   */
  async write<T>(appointmentId: string, write: () => Promise<T>): Promise<T | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>(resolve => {
      timer = setTimeout(resolve, TOLD_WITHIN_MS, null);
    });
    try {
      return await Promise.race([this.writeAtLast(appointmentId, write), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async writeAtLast<T>(appointmentId: string, write: () => Promise<T>): Promise<T | null> {
    const endMs = this.clock.monotonicMs() + AWAY_WITHIN_MS;
    for (let tried = 1; ; tried++) {
      try {
        return await write();
      } catch (error) {
        const isOver = isDatabaseAway(error) ? this.clock.monotonicMs() > endMs : tried >= TRIES;
        if (isOver) {
          const cause = error instanceof Error && 'code' in error ? error.code : undefined;
          this.logger.error({
            msg: 'The outcome of a call to the hospital could not be stored: it stays unknown',
            appointmentId,
            error: error instanceof Error ? error.constructor.name : typeof error,
            cause,
          });
          return null;
        }
        await delay(Math.min(PAUSE_MS * tried, LONGEST_PAUSE_MS));
      }
    }
  }
}
