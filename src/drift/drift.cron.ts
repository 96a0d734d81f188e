import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { MikroORM } from '@mikro-orm/core';
import { asWorker } from '../database/worker-context.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { DriftService } from './drift.service.js';

const TICK_MS = 30_000;
/** How many facilities one transaction takes. */
const BATCH = 100;

/** Opens the runs that are due, in every copy of the hub; ticks of one copy never overlap. */
@Injectable()
export class DriftCron implements OnModuleDestroy {
  private readonly logger = new Logger(DriftCron.name);
  private present: Promise<void> | undefined;
  private isStopping = false;

  constructor(
    private readonly orm: MikroORM,
    private readonly drift: DriftService,
  ) {}

  /** Ends when nothing is due any more; while one tick runs, another joins it. Never throws. */
  @Interval(TICK_MS)
  async tick(): Promise<void> {
    if (this.isStopping) return;
    this.present ??= this.openAllDue().finally(() => (this.present = undefined));
    await this.present;
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    await this.present;
  }

  private async openAllDue(): Promise<void> {
    try {
      let taken = BATCH;
      while (taken === BATCH && !this.isStopping) taken = await asWorker(this.orm.em, () => this.drift.openDue(BATCH));
    } catch (error) {
      this.logger.error({
        msg: 'The comparisons that are due could not be opened; the next tick tries again',
        ...unexpectedFailure(error),
      });
    }
  }
}
