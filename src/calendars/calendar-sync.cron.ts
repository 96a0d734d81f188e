import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { MikroORM } from '@mikro-orm/core';
import { asWorker } from '../database/worker-context.js';
import { CalendarSyncsService } from './calendar-syncs.service.js';
import { OneAtATime } from '../common/one-at-a-time.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';

const TICK_MS = 5_000;
/** How many facilities one transaction takes. */
const BATCH = 100;

/** Opens the runs that are due, in every copy of the hub; ticks of one copy never overlap. */
@Injectable()
export class CalendarSyncCron implements OnModuleDestroy {
  private readonly logger = new Logger(CalendarSyncCron.name);
  private readonly rounds = new OneAtATime(() => this.openAllDue());

  constructor(
    private readonly orm: MikroORM,
    private readonly syncs: CalendarSyncsService,
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
      await this.rounds.takeAll(BATCH, () => asWorker(this.orm.em, () => this.syncs.openDue(BATCH)));
    } catch (error) {
      this.logger.error({
        msg: 'The calendar syncs that are due could not be opened; the next tick tries again',
        ...unexpectedFailure(error),
      });
    }
  }
}
