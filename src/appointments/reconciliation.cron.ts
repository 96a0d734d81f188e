import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { MikroORM } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { asWorker } from '../database/worker-context.js';
import { Clock } from '../common/clock.js';
import { OneAtATime } from '../common/one-at-a-time.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { DueLooks } from '../jobs/due-looks.service.js';
import { JobsService } from '../jobs/jobs.service.js';
import { IS_OUTCOME_DUE, UnknownOutcomeRepository } from './unknown-outcome.repository.js';
import { UnknownOutcomesService } from './unknown-outcomes.service.js';

/** How often the calls of processes that died are looked for. */
const SWEEP_MS = 3_000;
const BATCH = 200;

/** Sends unknown outcomes to work when they are due, and finds those that nobody noted, in every copy of the hub (`DueLooks`); those of one copy never overlap. */
@Injectable()
export class ReconciliationCron implements OnModuleDestroy {
  private readonly logger = new Logger(ReconciliationCron.name);
  private readonly sweeps: OneAtATime = new OneAtATime(() => this.noting(() => this.outcomes.adoptLost(BATCH), this.sweeps));
  private readonly rounds: OneAtATime = new OneAtATime(() => this.noting(() => this.sendDue(), this.rounds));
  private readonly failed = new Set<OneAtATime>();

  constructor(
    private readonly orm: MikroORM,
    private readonly em: EntityManager,
    private readonly outcomes: UnknownOutcomesService,
    private readonly repository: UnknownOutcomeRepository,
    private readonly jobs: JobsService,
    private readonly clock: Clock,
    dueLooks: DueLooks,
  ) {
    dueLooks.add({ condition: IS_OUTCOME_DUE, begin: () => void this.rounds.run() });
  }

  /** While one sweep runs, another joins it. Never throws. */
  @Interval(SWEEP_MS)
  sweep(): Promise<void> {
    return this.sweeps.run();
  }

  /** A sweep, and what is due after it. Never throws. */
  async tick(): Promise<void> {
    await this.sweep();
    await this.rounds.run();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.sweeps.stop(), this.rounds.stop()]);
  }

  /** Part after part, until one is not full. Never throws. */
  private async noting(take: () => Promise<number>, rounds: OneAtATime): Promise<void> {
    try {
      await rounds.takeAll(BATCH, () => asWorker(this.orm.em, take));
      this.failed.delete(rounds);
    } catch (error) {
      // Once, not each second that the database is away.
      if (!this.failed.has(rounds)) this.logger.error({ msg: 'Unknown outcomes could not be looked for', ...unexpectedFailure(error) });
      this.failed.add(rounds);
    }
  }

  private async sendDue(): Promise<number> {
    return this.em.transactional(async em => {
      const keys = await this.repository.takeDue(em, this.clock.now(), BATCH);
      await this.jobs.sendMany(em, 'outcome-look', keys);
      return keys.length;
    });
  }
}
