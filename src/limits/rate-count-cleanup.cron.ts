import { Injectable, Logger } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { MikroORM } from '@mikro-orm/core';
import { asWorker } from '../database/worker-context.js';
import { Clock } from '../common/clock.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { RateCountRepository } from './rate-count.repository.js';

/** Far more than any window, and than clocks of copies differ. */
const KEPT_MS = 3_600_000;

/** Each hour: removes the counts of keys that nobody has used for an hour. */
@Injectable()
export class RateCountCleanupCron {
  private readonly logger = new Logger(RateCountCleanupCron.name);

  constructor(
    private readonly orm: MikroORM,
    private readonly repository: RateCountRepository,
    private readonly clock: Clock,
  ) {}

  /** Never throws. */
  @Cron(CronExpression.EVERY_HOUR)
  async tick(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - KEPT_MS);
    await asWorker(this.orm.em, () => this.repository.remove(before)).catch((error: unknown) => {
      this.logger.error({ msg: 'Old rate counts could not be removed', ...unexpectedFailure(error) });
    });
  }
}
