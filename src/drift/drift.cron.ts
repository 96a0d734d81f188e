import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { MikroORM } from '@mikro-orm/core';
import { asWorker } from '../database/worker-context.js';
import { OneAtATime } from '../common/one-at-a-time.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { DriftService } from './drift.service.js';

const TICK_MS = 30_000;
/** How many facilities one transaction takes. */
const BATCH = 100;

/** Opens the runs that are due, in every copy of the hub; ticks of one copy never overlap. */
@Injectable()
export class DriftCron implements OnModuleDestroy {
  private readonly logger = new Logger(DriftCron.name);
  private readonly rounds = new OneAtATime(() => this.openAllDue());

  constructor(
    private readonly orm: MikroORM,
    private readonly drift: DriftService,
  ) {}

  /** Ends when nothing is due any more; while one tick runs, another joins it. Never throws. */
  @Interval(TICK_MS)
  tick(): Promise<void> {
    return this.rounds.run();
  }

  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  private async openAllDue(): Promise<void> {
    try {
      await this.rounds.takeAll(BATCH, () => asWorker(this.orm.em, () => this.drift.openDue(BATCH)));
    } catch (error) {
      this.logger.error({
        msg: 'The comparisons that are due could not be opened; the next tick tries again',
        ...unexpectedFailure(error),
      });
    }
  }
}
