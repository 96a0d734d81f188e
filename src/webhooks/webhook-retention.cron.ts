import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { MikroORM } from '@mikro-orm/core';
import { asWorker } from '../database/worker-context.js';
import { Clock } from '../common/clock.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { HubConfig } from '../config/config.js';
import { WebhookEventRepository } from './webhook-event.repository.js';

const DAY_MS = 86_400_000;
const CHUNK = 1_000;

/** Each hour: removes the bodies of events that were decided and are past their retention time. Any number of copies may do so at once. */
@Injectable()
export class WebhookRetentionCron implements OnModuleDestroy {
  private readonly logger = new Logger(WebhookRetentionCron.name);
  private isStopping = false;

  constructor(
    private readonly orm: MikroORM,
    private readonly events: WebhookEventRepository,
    private readonly config: HubConfig,
    private readonly clock: Clock,
  ) {}

  /** Never throws. */
  @Cron(CronExpression.EVERY_HOUR)
  async tick(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - this.config.webhookBodyRetentionDays * DAY_MS);
    try {
      let removed = CHUNK;
      while (removed === CHUNK && !this.isStopping) removed = await asWorker(this.orm.em, () => this.events.removeBodies(before, CHUNK));
    } catch (error) {
      this.logger.error({ msg: 'Expired webhook bodies could not be removed', ...unexpectedFailure(error) });
    }
  }

  onModuleDestroy(): void {
    this.isStopping = true;
  }
}
