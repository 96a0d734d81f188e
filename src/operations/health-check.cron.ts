import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { MikroORM } from '@mikro-orm/core';
import { OneAtATime } from '../common/one-at-a-time.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { asWorker } from '../database/worker-context.js';
import { HealthCheckService } from './health-check.service.js';

const TICK_MS = 10_000;
/** Hospitals that are asked at the same time: one that hangs holds up its own place. */
const TOGETHER = 20;

/** Looks after the hospitals that are due, in every copy of the hub: each is taken by one. */
@Injectable()
export class HealthCheckCron implements OnModuleDestroy {
  private readonly logger = new Logger(HealthCheckCron.name);
  private readonly rounds = new OneAtATime(() => this.checkAllDue());

  constructor(
    private readonly orm: MikroORM,
    private readonly checks: HealthCheckService,
  ) {}

  /** Ends when nothing is due any more; while one tick runs, another joins it. Never throws. */
  @Interval(TICK_MS)
  tick(): Promise<void> {
    return this.rounds.run();
  }

  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  private async checkAllDue(): Promise<void> {
    try {
      const first = await asWorker(this.orm.em, () => this.checks.takeDue(TOGETHER));
      await Promise.all(first.map(id => this.checkFrom(id)));
    } catch (error) {
      this.failed(error);
    }
  }

  /** One place: this hospital, and others that are due while it is free. */
  private async checkFrom(facilityId: string): Promise<void> {
    await this.check(facilityId);
    await this.rounds.takeAll(1, () => this.checkNext());
  }

  private async checkNext(): Promise<number> {
    const ids = await asWorker(this.orm.em, () => this.checks.takeDue(1));
    for (const id of ids) await this.check(id);
    return ids.length;
  }

  /** What one of them does is not the others' fault. */
  private async check(facilityId: string): Promise<void> {
    try {
      await asWorker(this.orm.em, () => this.checks.check(facilityId));
    } catch (error) {
      this.failed(error, facilityId);
    }
  }

  private failed(error: unknown, facilityId?: string): void {
    this.logger.error({ msg: 'Hospitals could not be looked after; a later tick tries again', facilityId, ...unexpectedFailure(error) });
  }
}
