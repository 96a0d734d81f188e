import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { MikroORM } from '@mikro-orm/core';
import { asWorker } from '../database/worker-context.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { JobsService } from '../jobs/jobs.service.js';
import type { QueuePayloads } from '../jobs/queues.js';
import { ReconciliationService } from './reconciliation.service.js';

const BATCHES_AT_ONCE = 4;
/** Few: what a process has taken and dies with waits until it is sent again, while other copies have time. */
const BATCH_SIZE = 12;
/** Looks at one hospital that run beside each other, in one batch. */
const AT_ONE_HOSPITAL = 3;

type Payload = QueuePayloads['outcome-look'];

/** Looks at what is due: hospitals beside each other, so that none waits for another's, a few at a time at each. */
@Injectable()
export class ReconciliationJob implements OnModuleInit {
  private readonly logger = new Logger(ReconciliationJob.name);

  constructor(
    private readonly orm: MikroORM,
    private readonly jobs: JobsService,
    private readonly reconciliation: ReconciliationService,
  ) {}

  onModuleInit(): void {
    this.jobs.workBatches('outcome-look', { concurrency: BATCHES_AT_ONCE, batchSize: BATCH_SIZE }, async payloads => {
      const byFacility = Map.groupBy(payloads, payload => payload.facilityId);
      await Promise.all([...byFacility.values()].map(ofFacility => this.lookAtAll(ofFacility)));
      return new Set();
    });
  }

  private async lookAtAll(payloads: readonly Payload[]): Promise<void> {
    const waiting = payloads.values();
    // By the first it shows whether the hospital is away: then the others do not call it.
    const first = waiting.next();
    if (first.value) await this.lookAt(first.value);
    const inTurn = async (): Promise<void> => {
      for (const payload of waiting) await this.lookAt(payload);
    };
    await Promise.all(Array.from({ length: AT_ONE_HOSPITAL }, inTurn));
  }

  /** What fails here is looked at again by itself: the row says when. */
  private async lookAt(payload: Payload): Promise<void> {
    try {
      await asWorker(this.orm.em, () => this.reconciliation.look(payload));
    } catch (error) {
      this.logger.error({ msg: 'A look at an unknown outcome failed', ...payload, ...unexpectedFailure(error) });
    }
  }
}
