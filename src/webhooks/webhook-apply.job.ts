import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { JobsService } from '../jobs/jobs.service.js';
import { jobsAfterFailures, turnsOf, type EventsToApply } from './apply-job-rules.js';
import { WebhookApplyingService } from './webhook-applying.service.js';
import { WebhookCheckService } from './webhook-check.service.js';
import { WebhookInboxService } from './webhook-inbox.service.js';

/** Jobs taken at once. One worker: two would wake for each event, and take it from the other's batch. */
const TAKEN = { concurrency: 1, batchSize: 200, gatherMs: 100 };
/** In one transaction. */
const EVENTS_AT_ONCE = 100;
const TRANSACTIONS_AT_ONCE = 2;
/** Each may wait for a hospital. */
const CHECKS_AT_ONCE = 100;

/** Hands events of the inbox on: many together, of one facility or of several. */
@Injectable()
export class WebhookApplyJob implements OnModuleInit {
  constructor(
    private readonly jobs: JobsService,
    private readonly em: EntityManager,
    private readonly applying: WebhookApplyingService,
    private readonly checks: WebhookCheckService,
    private readonly inbox: WebhookInboxService,
  ) {}

  onModuleInit(): void {
    this.jobs.workBatches('webhook-apply', TAKEN, payloads => this.apply(payloads));
    this.jobs.work('webhook-check', CHECKS_AT_ONCE, ({ facilityId, webhookEventId }) => this.checks.check(facilityId, webhookEventId));
  }

  /** Two batches of one facility would wait for each other's locks in the database, each holding a connection: they take turns. */
  private async apply(payloads: readonly EventsToApply[]): Promise<Set<EventsToApply>> {
    const failed = new Set<string>();
    const turns = turnsOf(payloads, EVENTS_AT_ONCE).values();
    const applyOneByOne = async (): Promise<void> => {
      for (const together of turns)
        for (const events of together) {
          await this.inbox.untilQuiet();
          for (const id of await this.applying.apply(events)) failed.add(id);
        }
    };
    await Promise.all(Array.from({ length: TRANSACTIONS_AT_ONCE }, applyOneByOne));
    return this.part(payloads, failed);
  }

  /** The jobs to be tried again. What cannot be parted, as without a database, is tried again as it is. */
  private async part(payloads: readonly EventsToApply[], failed: ReadonlySet<string>): Promise<Set<EventsToApply>> {
    const { failedJobs, parted } = jobsAfterFailures(payloads, failed);
    if (parted.length > 0) await this.em.transactional(em => this.jobs.sendMany(em, 'webhook-apply', parted));
    return new Set(failedJobs);
  }
}
