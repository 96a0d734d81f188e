import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobsService } from '../jobs/jobs.service.js';
import type { QueuePayloads } from '../jobs/queues.js';
import { WebhookApplyingService } from './webhook-applying.service.js';
import { WebhookCheckService } from './webhook-check.service.js';

const BATCH_SIZE = 50;
const BATCHES_AT_ONCE = 2;
const CHECKS_AT_ONCE = 4;

type Payload = QueuePayloads['webhook-apply'];

/** Hands events of the inbox on: those of one facility together. */
@Injectable()
export class WebhookApplyJob implements OnModuleInit {
  constructor(
    private readonly jobs: JobsService,
    private readonly applying: WebhookApplyingService,
    private readonly checks: WebhookCheckService,
  ) {}

  onModuleInit(): void {
    this.jobs.workBatches('webhook-apply', { concurrency: BATCHES_AT_ONCE, batchSize: BATCH_SIZE }, payloads => this.apply(payloads));
    this.jobs.work('webhook-check', CHECKS_AT_ONCE, ({ facilityId, webhookEventId }) => this.checks.check(facilityId, webhookEventId));
  }

  private async apply(payloads: readonly Payload[]): Promise<Set<Payload>> {
    const failed = new Set<string>();
    for (const [facilityId, ofFacility] of Map.groupBy(payloads, payload => payload.facilityId)) {
      const ids = [...new Set(ofFacility.map(payload => payload.webhookEventId))];
      for (const id of await this.applying.apply(facilityId, ids)) failed.add(id);
    }
    return new Set(payloads.filter(payload => failed.has(payload.webhookEventId)));
  }
}
