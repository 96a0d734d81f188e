import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { MikroORM } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { asWorker } from '../database/worker-context.js';
import { Clock } from '../common/clock.js';
import { OneAtATime } from '../common/one-at-a-time.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { JobsService } from '../jobs/jobs.service.js';
import { UnknownOutcomeRepository } from './unknown-outcome.repository.js';
import { UnknownOutcomesService } from './unknown-outcomes.service.js';

const TICK_MS = 1_000;
const BATCH = 200;
/** Every so many ticks the calls of processes that died are looked for. */
const TICKS_BETWEEN_SWEEPS = 3;

/** Sends unknown outcomes to work when they are due, and finds those that nobody noted, in every copy of the hub; ticks of one copy never overlap. */
@Injectable()
export class ReconciliationCron implements OnModuleDestroy {
  private readonly logger = new Logger(ReconciliationCron.name);
  private ticks = 0;
  private readonly rounds = new OneAtATime(() => this.run());
  private hasFailed = false;

  constructor(
    private readonly orm: MikroORM,
    private readonly em: EntityManager,
    private readonly outcomes: UnknownOutcomesService,
    private readonly repository: UnknownOutcomeRepository,
    private readonly jobs: JobsService,
    private readonly clock: Clock,
  ) {}

  /** While one tick runs, another joins it. Never throws. */
  @Interval(TICK_MS)
  tick(): Promise<void> {
    return this.rounds.run();
  }

  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  private async run(): Promise<void> {
    try {
      if (this.ticks++ % TICKS_BETWEEN_SWEEPS === 0) await this.untilFew(() => this.outcomes.adoptLost(BATCH));
      await this.untilFew(() => this.sendDue());
      this.hasFailed = false;
    } catch (error) {
      // Once, not each second that the database is away.
      if (!this.hasFailed) this.logger.error({ msg: 'Unknown outcomes could not be looked for', ...unexpectedFailure(error) });
      this.hasFailed = true;
    }
  }

  private async untilFew(take: () => Promise<number>): Promise<void> {
    await this.rounds.takeAll(BATCH, () => asWorker(this.orm.em, take));
  }

  private async sendDue(): Promise<number> {
    return this.em.transactional(async em => {
      const keys = await this.repository.takeDue(em, this.clock.now(), BATCH);
      await this.jobs.sendMany(em, 'outcome-look', keys);
      return keys.length;
    });
  }
}
