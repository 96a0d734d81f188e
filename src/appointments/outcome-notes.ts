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

/** Whoever waits for what is written: told it, or 202 when that takes too long, and never both. */
export class WaitingCaller {
  private isCountedOn = false;
  private hasTime = true;
  private goes: () => void = () => undefined;
  /** Resolves with null when the caller is told 202. */
  readonly gone = new Promise<null>(resolve => {
    this.goes = (): void => {
      resolve(null);
    };
  });

  /** True: the caller waits for this transaction, and hears what it writes. False: they were told 202, and must hear of it otherwise. */
  willHear(): boolean {
    this.isCountedOn ||= this.hasTime;
    return this.isCountedOn;
  }

  /** The transaction that counted on the caller has failed. */
  release(): void {
    this.isCountedOn = false;
    if (!this.hasTime) this.goes();
  }

  timeIsUp(): void {
    this.hasTime = false;
    if (!this.isCountedOn) this.goes();
  }
}

/** Writes down what a hospital answered, though the database may stumble or be away for a while: the answer is worth many tries. */
@Injectable()
export class OutcomeNotes {
  private readonly logger = new Logger(OutcomeNotes.name);

  constructor(private readonly clock: Clock) {}

  /**
   * The result of `write`, a whole transaction; null when it could not be done in time. Then the attempt's row is still open: it is tried
   * on, as long as this process lives and the database is away, and found out by others if that is in vain.
   */
  async write<T>(appointmentId: string, write: (caller: WaitingCaller) => Promise<T>): Promise<T | null> {
    const caller = new WaitingCaller();
    const timer = setTimeout(() => {
      caller.timeIsUp();
    }, TOLD_WITHIN_MS);
    try {
      return await Promise.race([this.writeAtLast(appointmentId, caller, write), caller.gone]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async writeAtLast<T>(
    appointmentId: string,
    caller: WaitingCaller,
    write: (caller: WaitingCaller) => Promise<T>,
  ): Promise<T | null> {
    const endMs = this.clock.monotonicMs() + AWAY_WITHIN_MS;
    for (let tried = 1; ; tried++) {
      try {
        return await write(caller);
      } catch (error) {
        caller.release();
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
