import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { MikroORM, RequestContext } from '@mikro-orm/core';
import { Clock } from '../../common/clock.js';
import { unexpectedFailure } from '../../common/unexpected-failure.js';
import { ReceiptRepository } from './receipt.repository.js';

const KEPT_MS = 7 * 86_400_000;
const CHUNK = 1_000;

/** Each hour: removes what providers have reported and is applied, after a week. What it says stands on the tries. */
@Injectable()
export class ReceiptCleanupCron implements OnModuleDestroy {
  private readonly logger = new Logger(ReceiptCleanupCron.name);
  private isStopping = false;

  constructor(
    private readonly orm: MikroORM,
    private readonly receipts: ReceiptRepository,
    private readonly clock: Clock,
  ) {}

  /** Never throws. */
  @Cron(CronExpression.EVERY_HOUR)
  async tick(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - KEPT_MS);
    try {
      let removed = CHUNK;
      while (removed === CHUNK && !this.isStopping)
        removed = await RequestContext.create(this.orm.em, () => this.receipts.removeClosed(before, CHUNK));
    } catch (error) {
      this.logger.error({ msg: 'Old receipts could not be removed', ...unexpectedFailure(error) });
    }
  }

  onModuleDestroy(): void {
    this.isStopping = true;
  }
}
