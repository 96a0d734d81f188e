import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobsService } from '../jobs/jobs.service.js';
import type { QueuePayloads } from '../jobs/queues.js';
import { WebhookApplyingService } from './webhook-applying.service.js';
import { WebhookCheckService } from './webhook-check.service.js';
import { WebhookInboxService } from './webhook-inbox.service.js';

const BATCH_SIZE = 200;
const BATCHES_AT_ONCE = 2;
const CHECKS_AT_ONCE = 4;
/** A worker that takes jobs one by one takes one each few seconds: pg-boss fetches anew at once only after a full batch of several. */
const CHECKS_TAKEN = 50;

type Payload = QueuePayloads['webhook-apply'];

/** Hands events of the inbox on: those of one facility together. */
@Injectable()
export class WebhookApplyJob implements OnModuleInit {
  private readonly turns = new Map<string, Promise<void>>();

  constructor(
    private readonly jobs: JobsService,
    private readonly applying: WebhookApplyingService,
    private readonly checks: WebhookCheckService,
    private readonly inbox: WebhookInboxService,
  ) {}

  onModuleInit(): void {
    this.jobs.workBatches('webhook-apply', { concurrency: BATCHES_AT_ONCE, batchSize: BATCH_SIZE }, payloads => this.apply(payloads));
    this.jobs.workBatches('webhook-check', { concurrency: CHECKS_AT_ONCE, batchSize: CHECKS_TAKEN }, payloads => this.check(payloads));
  }

  /** Those of different facilities beside each other: none waits for another's hospital. */
  private async check(payloads: readonly Payload[]): Promise<Set<Payload>> {
    await Promise.all(payloads.map(({ facilityId, webhookEventId }) => this.checks.check(facilityId, webhookEventId)));
    return new Set();
  }

  private async apply(payloads: readonly Payload[]): Promise<Set<Payload>> {
    const failed = new Set<string>();
    for (const [facilityId, ofFacility] of Map.groupBy(payloads, payload => payload.facilityId)) {
      await this.inbox.untilQuiet();
      const ids = [...new Set(ofFacility.map(payload => payload.webhookEventId))];
      for (const id of await this.inTurn(facilityId, () => this.applying.apply(facilityId, ids))) failed.add(id);
    }
    return new Set(payloads.filter(payload => failed.has(payload.webhookEventId)));
  }

  /** Two batches of one facility would wait for each other's locks in the database, each holding a connection. */
  private async inTurn<T>(facilityId: string, work: () => Promise<T>): Promise<T> {
    const before = this.turns.get(facilityId);
    const mine = before === undefined ? work() : before.then(work);
    const ended = mine.then(
      () => undefined,
      () => undefined,
    );
    this.turns.set(facilityId, ended);
    try {
      return await mine;
    } finally {
      if (this.turns.get(facilityId) === ended) this.turns.delete(facilityId);
    }
  }
}
