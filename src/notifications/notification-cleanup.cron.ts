import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { MikroORM } from '@mikro-orm/core';
import { asWorker } from '../database/worker-context.js';
import { Clock } from '../common/clock.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { HubConfig } from '../config/config.js';
import { NotificationRepository } from './notification.repository.js';
import { ReceiptRepository } from './receipts/receipt.repository.js';

const DAY_MS = 86_400_000;
const KEPT_MS = 7 * DAY_MS;
const CHUNK = 1_000;

/**
 * Each hour, after a week: removes what providers have reported and is applied, which stands on the tries; ends messages whose outcome
 * nobody has found out. And removes texts that are past their retention time.
 */
@Injectable()
export class NotificationCleanupCron implements OnModuleDestroy {
  private readonly logger = new Logger(NotificationCleanupCron.name);
  private isStopping = false;

  constructor(
    private readonly orm: MikroORM,
    private readonly receipts: ReceiptRepository,
    private readonly notifications: NotificationRepository,
    private readonly config: HubConfig,
    private readonly clock: Clock,
  ) {}

  /** Never throws. */
  @Cron(CronExpression.EVERY_HOUR)
  async tick(): Promise<void> {
    const now = this.clock.now();
    const before = new Date(now.getTime() - KEPT_MS);
    try {
      await asWorker(this.orm.em, () => this.notifications.endUnknown(before, now));
      await this.removeAll(() => this.receipts.removeClosed(before, CHUNK));
      const writtenBefore = new Date(now.getTime() - this.config.messageTextRetentionDays * DAY_MS);
      await this.removeAll(() => this.notifications.removeTexts(writtenBefore, CHUNK));
    } catch (error) {
      this.logger.error({ msg: 'Old receipts, texts and messages of unknown outcome could not be ended', ...unexpectedFailure(error) });
    }
  }

  /** `removeSome`: at most `CHUNK`; how many it were. */
  private async removeAll(removeSome: () => Promise<number>): Promise<void> {
    let removed = CHUNK;
    while (removed === CHUNK && !this.isStopping) removed = await asWorker(this.orm.em, removeSome);
  }

  onModuleDestroy(): void {
    this.isStopping = true;
  }
}
