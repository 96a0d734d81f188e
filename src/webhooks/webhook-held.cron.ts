import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { MikroORM } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { asWorker } from '../database/worker-context.js';
import { Clock } from '../common/clock.js';
import { OneAtATime } from '../common/one-at-a-time.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { DueLooks } from '../jobs/due-looks.service.js';
import { JobsService } from '../jobs/jobs.service.js';
import { applyJobsOf } from './apply-job-rules.js';
import { IS_HELD_DUE, WebhookEventRepository } from './webhook-event.repository.js';

const BATCH = 200;
/** The job that it gets is durable and says when to look again: until it has run, however long it waits, there is to be no other. */
const AGAIN_MS = 10 * 60_000;

/** Sends held events back to work when their time has come, in every copy of the hub (`DueLooks`); ticks of one copy never overlap. */
@Injectable()
export class WebhookHeldCron implements OnModuleDestroy {
  private readonly logger = new Logger(WebhookHeldCron.name);
  private readonly rounds = new OneAtATime(() => this.takeAll());
  private hasFailed = false;

  constructor(
    private readonly orm: MikroORM,
    private readonly em: EntityManager,
    private readonly events: WebhookEventRepository,
    private readonly jobs: JobsService,
    private readonly clock: Clock,
    dueLooks: DueLooks,
  ) {
    dueLooks.add({ condition: IS_HELD_DUE, begin: () => void this.tick() });
  }

  /** While one tick runs, another joins it. Never throws. */
  tick(): Promise<void> {
    return this.rounds.run();
  }

  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  private async takeAll(): Promise<void> {
    try {
      await this.rounds.takeAll(BATCH, () => asWorker(this.orm.em, () => this.take()));
      this.hasFailed = false;
    } catch (error) {
      // Once, not each second that the database is away.
      if (!this.hasFailed) this.logger.error({ msg: 'Held webhook events could not be looked at again', ...unexpectedFailure(error) });
      this.hasFailed = true;
    }
  }

  private async take(): Promise<number> {
    return this.em.transactional(async em => {
      const now = this.clock.now();
      const keys = await this.events.takeHeld(now, new Date(now.getTime() + AGAIN_MS), BATCH);
      await this.jobs.sendMany(em, 'webhook-apply', applyJobsOf(keys));
      return keys.length;
    });
  }
}
