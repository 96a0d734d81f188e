import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import type { DriftRunId } from './drift-beginning.js';
import { DriftFindingRepository } from './drift-finding.repository.js';
import type { RunOutcome } from './drift-outcome.js';
import { DriftMetrics } from './drift-metrics.js';
import { DriftRunRepository } from './drift-run.repository.js';

/** Finishes a run with what it has found, in one transaction. */
@Injectable()
export class DriftRecording {
  constructor(
    private readonly em: EntityManager,
    private readonly runs: DriftRunRepository,
    private readonly findings: DriftFindingRepository,
    private readonly clock: Clock,
    private readonly metrics: DriftMetrics,
  ) {}

  /** Nothing is written where another worker has begun the run anew since `startedAt` (null: it could not be begun), or finished it. Only a list that can be relied on ends what it does not show. */
  async finish(id: DriftRunId, startedAt: Date | null, { differences, ...outcome }: RunOutcome): Promise<void> {
    const isFinished = await this.em.transactional(
      async em => {
        const run = await this.runs.findLocked(em, id.facilityId, id.id);
        if (run?.status !== 'running' || (startedAt && run.startedAt.getTime() !== startedAt.getTime())) return false;
        const now = this.clock.now();
        const listSize = outcome.status === 'succeeded' ? outcome.listSize : null;
        Object.assign(run, { ...outcome, listSize, finishedAt: now });
        await em.flush();
        await this.findings.note(em, id.facilityId, differences, run.startedAt, now);
        if (outcome.status !== 'succeeded') return true;
        await this.findings.outdateUnseen(em, id.facilityId, run.startedAt, now);
        await this.runs.forgetSizesBefore(em, run);
        return true;
      },
      { clear: true },
    );
    if (isFinished) this.metrics.countRun(outcome.status);
  }
}
