import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { MikroORM } from '@mikro-orm/core';
import { asWorker } from '../database/worker-context.js';
import { Clock } from '../common/clock.js';
import { OneAtATime } from '../common/one-at-a-time.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { RateCountRepository } from './rate-count.repository.js';
import { RateLimits } from './rate-limits.service.js';

const EXCHANGE_MS = 250;

/** Tells the other copies what this one has counted, and hears of them: one statement for all limits and keys, none while nothing is asked. */
@Injectable()
export class RateExchangeCron implements OnModuleDestroy {
  private readonly logger = new Logger(RateExchangeCron.name);
  private readonly rounds = new OneAtATime(() => this.exchange());
  private hasFailed = false;

  constructor(
    private readonly orm: MikroORM,
    private readonly limits: RateLimits,
    private readonly repository: RateCountRepository,
    private readonly clock: Clock,
  ) {}

  /** While one exchange runs, another joins it. Never throws. */
  @Interval(EXCHANGE_MS)
  tick(): Promise<void> {
    return this.rounds.run();
  }

  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  /** What could not be told is told the next time, with what came since: until then this copy's own count is all there is. */
  private async exchange(): Promise<void> {
    const untold = this.limits.untold(this.clock.now());
    if (untold.length === 0) return;
    try {
      const totals = await asWorker(this.orm.em, () => this.repository.add(untold));
      untold.forEach((told, i) => {
        this.limits.heard(told, totals[i] ?? null);
      });
      this.hasFailed = false;
    } catch (error) {
      // Once, not each time while the database is away.
      if (!this.hasFailed)
        this.logger.warn({ msg: 'Rate limits are of this copy alone: they could not be exchanged', ...unexpectedFailure(error) });
      this.hasFailed = true;
    }
  }
}
