import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { MikroORM } from '@mikro-orm/core';
import { asWorker } from '../database/worker-context.js';
import { Clock } from '../common/clock.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { DriftFindingRepository } from './drift-finding.repository.js';
import { DriftRunRepository } from './drift-run.repository.js';

const DAY_MS = 86_400_000;
const KEEP_RUNS_DAYS = 30;
const KEEP_FINDINGS_DAYS = 90;
const CHUNK = 1_000;

/** Each hour: removes old runs, and findings that were closed and have not been seen for long. Any number of copies may do so at once. */
@Injectable()
export class DriftCleanupCron implements OnModuleDestroy {
  private readonly logger = new Logger(DriftCleanupCron.name);
  private isStopping = false;

  constructor(
    private readonly orm: MikroORM,
    private readonly runs: DriftRunRepository,
    private readonly findings: DriftFindingRepository,
    private readonly clock: Clock,
  ) {}

  /** Never throws. */
  @Cron(CronExpression.EVERY_HOUR)
  async tick(): Promise<void> {
    const daysAgo = (days: number): Date => new Date(this.clock.now().getTime() - days * DAY_MS);
    try {
      await this.untilFew(() => this.runs.removeBefore(daysAgo(KEEP_RUNS_DAYS), CHUNK));
      await this.untilFew(() => this.findings.removeBefore(daysAgo(KEEP_FINDINGS_DAYS), CHUNK));
    } catch (error) {
      this.logger.error({ msg: 'Old comparisons could not be removed', ...unexpectedFailure(error) });
    }
  }

  onModuleDestroy(): void {
    this.isStopping = true;
  }

  private async untilFew(remove: () => Promise<number>): Promise<void> {
    let removed = CHUNK;
    while (removed === CHUNK && !this.isStopping) removed = await asWorker(this.orm.em, remove);
  }
}
