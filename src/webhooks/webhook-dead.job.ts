import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { JobsService } from '../jobs/jobs.service.js';
import { WebhookEventRepository, type EventKey } from './webhook-event.repository.js';
import { WebhookMetrics } from './webhook-metrics.js';

/** An event whose every try failed is given up: it is in nobody's way any more, and a person hears of it. */
@Injectable()
export class WebhookDeadJob implements OnModuleInit {
  private readonly logger = new Logger(WebhookDeadJob.name);

  constructor(
    private readonly jobs: JobsService,
    private readonly events: WebhookEventRepository,
    private readonly metrics: WebhookMetrics,
  ) {}

  onModuleInit(): void {
    this.jobs.work('webhook-dead', 1, async ({ facilityId, webhookEventIds }) => {
      for (const webhookEventId of webhookEventIds) await this.giveUp({ facilityId, webhookEventId });
    });
  }

  /** One that was decided meanwhile stays as it is. */
  async giveUp(key: EventKey): Promise<void> {
    if (!(await this.events.markDead(key))) return;
    this.metrics.countDecided('rejected');
    this.logger.error({ msg: 'A webhook event was given up after all tries: replay it once the cause is gone', ...key });
  }
}
