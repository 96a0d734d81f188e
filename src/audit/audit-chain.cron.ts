import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { MikroORM } from '@mikro-orm/core';
import { Clock } from '../common/clock.js';
import { firstIdOf } from '../common/ids.js';
import { OneAtATime } from '../common/one-at-a-time.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { asWorker } from '../database/worker-context.js';
import { AuditChains } from './audit-chain.service.js';

const EVERY_MS = 2_000;
/** What is committed later than its time says; no transaction of the hub takes so long. */
const LATEST_COMMIT_MS = 120_000;
/** What a process that was away for long may have left. */
const FIRST_LOOK_BACK_MS = 7 * 86_400_000;

/** Binds what was written to the audit log into its chains, in every copy of the hub. */
@Injectable()
export class AuditChainCron implements OnModuleDestroy {
  private readonly logger = new Logger(AuditChainCron.name);
  private lookBackMs = FIRST_LOOK_BACK_MS;
  private readonly rounds = new OneAtATime(() => this.chain());

  constructor(
    private readonly orm: MikroORM,
    private readonly chains: AuditChains,
    private readonly clock: Clock,
  ) {}

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.rounds.run();
  }

  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  /** Never throws: the next tick tries again. */
  private async chain(): Promise<void> {
    const from = new Date(this.clock.now().getTime() - this.lookBackMs);
    try {
      await asWorker(this.orm.em, () => this.chains.chain(firstIdOf(from)));
      this.lookBackMs = LATEST_COMMIT_MS;
    } catch (error) {
      this.lookBackMs = FIRST_LOOK_BACK_MS;
      this.logger.warn({ msg: 'The audit log could not be chained', ...unexpectedFailure(error) });
    }
  }
}
