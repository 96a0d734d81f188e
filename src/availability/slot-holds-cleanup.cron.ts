import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { MikroORM } from '@mikro-orm/core';
import { asWorker } from '../database/worker-context.js';
import { Clock } from '../common/clock.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { SlotClaimRepository } from './slot-claim.repository.js';
import { KEPT_AFTER_END_MS } from './slot-hold-rules.js';
import { SlotHoldRepository } from './slot-hold.repository.js';

const CHUNK = 1_000;

/** Removes the rows of holds that have ended, which nothing counts any more: their seats at once, themselves after a day. */
@Injectable()
export class SlotHoldsCleanupCron implements OnModuleDestroy {
  private readonly logger = new Logger(SlotHoldsCleanupCron.name);
  private isStopping = false;

  constructor(
    private readonly orm: MikroORM,
    private readonly holds: SlotHoldRepository,
    private readonly claims: SlotClaimRepository,
    private readonly clock: Clock,
  ) {}

  /** Never throws. */
  @Cron(CronExpression.EVERY_10_MINUTES)
  async tick(): Promise<void> {
    const now = this.clock.now();
    try {
      await this.removeAll(() => this.claims.deleteEnded(now, CHUNK));
      await this.removeAll(() => this.holds.deleteEnded(new Date(now.getTime() - KEPT_AFTER_END_MS), CHUNK));
    } catch (error) {
      this.logger.error({ msg: 'Slot holds that have ended could not be removed', ...unexpectedFailure(error) });
    }
  }

  onModuleDestroy(): void {
    this.isStopping = true;
  }

  private async removeAll(removeChunk: () => Promise<number>): Promise<void> {
    let removed = CHUNK;
    while (removed === CHUNK && !this.isStopping) removed = await asWorker(this.orm.em, removeChunk);
  }
}
