import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { MikroORM } from '@mikro-orm/core';
import { asWorker } from '../database/worker-context.js';
import { Clock } from '../common/clock.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { NotificationRepository } from './notification.repository.js';
import { ReceiptRepository } from './receipts/receipt.repository.js';

const KEPT_MS = 7 * 86_400_000;
const CHUNK = 1_000;

/**
 * Each hour, after a week: removes what providers have reported and is applied, which stands on the tries; ends messages whose outcome
 * nobody has found out.
 */
@Injectable()
export class NotificationCleanupCron implements OnModuleDestroy {
  private readonly logger = new Logger(NotificationCleanupCron.name);
  private isStopping = false;

  constructor(
    private readonly orm: MikroORM,
    private readonly receipts: ReceiptRepository,
    private readonly notifications: NotificationRepository,
    private readonly clock: Clock,
  ) {}

  /** Never throws. */
  @Cron(CronExpression.EVERY_HOUR)
  async tick(): Promise<void> {
    const now = this.clock.now();
    const before = new Date(now.getTime() - KEPT_MS);
    try {
      await asWorker(this.orm.em, () => this.notifications.endUnknown(before, now));
      let removed = CHUNK;
      while (removed === CHUNK && !this.isStopping) removed = await asWorker(this.orm.em, () => this.receipts.removeClosed(before, CHUNK));
    } catch (error) {
      this.logger.error({ msg: 'Old receipts and messages of unknown outcome could not be ended', ...unexpectedFailure(error) });
    }
  }

  onModuleDestroy(): void {
    this.isStopping = true;
  }
}
