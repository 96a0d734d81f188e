import { Injectable, Logger } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { MikroORM } from '@mikro-orm/core';
import { asWorker } from '../database/worker-context.js';
import { IdempotencyService } from './idempotency.service.js';

/** Each hour: removes idempotency keys past their time. */
@Injectable()
export class IdempotencyCleanupCron {
  private readonly logger = new Logger(IdempotencyCleanupCron.name);

  constructor(
    private readonly orm: MikroORM,
    private readonly idempotency: IdempotencyService,
  ) {}

  @Cron(CronExpression.EVERY_HOUR)
  async tick(): Promise<void> {
    await asWorker(this.orm.em, () => this.idempotency.removeExpired()).catch((error: unknown) => {
      this.logger.error({
        msg: 'Expired idempotency keys could not be removed',
        error: error instanceof Error ? error.constructor.name : typeof error,
      });
    });
  }
}
