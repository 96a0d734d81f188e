import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { newId } from '../common/ids.js';
import { JobsService } from '../jobs/jobs.service.js';
import { DriftRun } from './drift-run.entity.js';
import { DriftRunRepository } from './drift-run.repository.js';

/** A run that is open for longer has lost its worker for good: a job ends within 10 min, and the queue retries within a minute. */
const LOST_MS = 30 * 60_000;

/** Opens runs, with the jobs that carry them out. A facility has one open run at most. */
@Injectable()
export class DriftOpening {
  constructor(
    private readonly runs: DriftRunRepository,
    private readonly jobs: JobsService,
    private readonly clock: Clock,
  ) {}

  /** The open run of each facility, new where there is none, in the transaction of `em`; locks the facilities' rows. */
  async open(em: EntityManager, facilityIds: readonly string[], isSmallerExpected = false): Promise<DriftRun[]> {
    if (facilityIds.length === 0) return [];
    const now = this.clock.now();
    await this.runs.lockFacilities(em, facilityIds);
    const open = new Map<string, DriftRun>();
    for (const run of await this.runs.findRunning(facilityIds)) {
      if (run.startedAt.getTime() > now.getTime() - LOST_MS) open.set(run.facilityId, run);
      else Object.assign(run, { status: 'failed', finishedAt: now, ...INTERRUPTED });
    }
    // The place of a running one is free only once it is written as failed.
    await em.flush();
    const added = facilityIds.filter(id => !open.has(id)).map(facilityId => this.create(em, facilityId, isSmallerExpected, now));
    await this.jobs.sendMany(
      em,
      'drift-compare',
      added.map(({ facilityId, id }) => ({ facilityId, driftRunId: id })),
    );
    return [...open.values(), ...added];
  }

  private create(em: EntityManager, facilityId: string, isSmallerExpected: boolean, now: Date): DriftRun {
    return em.create(DriftRun, {
      id: newId(now),
      facilityId,
      status: 'running',
      startedAt: now,
      finishedAt: null,
      compared: 0,
      skipped: 0,
      listed: 0,
      code: null,
      message: null,
      isSmallerExpected,
      listSize: null,
    });
  }
}

const INTERRUPTED = { code: 'interrupted', message: 'The run was cut short, and nothing took it up again.' };
