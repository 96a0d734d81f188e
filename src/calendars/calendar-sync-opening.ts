import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { newId } from '../common/ids.js';
import { JobsService } from '../jobs/jobs.service.js';
import { CalendarSync } from './calendar-sync.entity.js';
import { CalendarSyncRepository } from './calendar-sync.repository.js';

/** A run that is open for longer has lost its worker for good: a reading ends within 10 s, and the queue retries within a minute. */
const LOST_MS = 5 * 60_000;

/** Opens runs, with the jobs that carry them out. A facility has one open run at most. */
@Injectable()
export class CalendarSyncOpening {
  constructor(
    private readonly syncs: CalendarSyncRepository,
    private readonly jobs: JobsService,
    private readonly clock: Clock,
  ) {}

  /** The open run of the facility, new where there is none, in the transaction of `em`; locks the facility's row. */
  async openOne(em: EntityManager, facilityId: string): Promise<CalendarSync> {
    await this.syncs.lockFacility(facilityId);
    const [run] = await this.openAll(em, [facilityId]);
    if (!run) throw new Error(`No calendar sync of facility ${facilityId} could be opened`);
    return run;
  }

  /** Likewise of each of the facilities, whose rows the caller has locked. */
  async openAll(em: EntityManager, facilityIds: readonly string[]): Promise<CalendarSync[]> {
    const now = this.clock.now();
    const runs = new Map<string, CalendarSync>();
    for (const run of await this.syncs.findRunning(facilityIds)) {
      if (run.startedAt.getTime() > now.getTime() - LOST_MS) runs.set(run.facilityId, run);
      else
        await this.syncs.markFailed(run, now, null, {
          code: 'interrupted',
          message: 'The run was cut short, and nothing took it up again.',
        });
    }
    for (const facilityId of facilityIds.filter(id => !runs.has(id))) {
      const run = em.create(CalendarSync, {
        id: newId(now),
        facilityId,
        status: 'running',
        startedAt: now,
        added: 0,
        changed: 0,
        removed: 0,
        unchanged: 0,
        ...NOT_FINISHED,
      });
      runs.set(facilityId, run);
      await this.jobs.send(em, 'calendar-sync', { facilityId, calendarSyncId: run.id });
    }
    return [...runs.values()];
  }
}

const NOT_FINISHED = { finishedAt: null, durationMs: null, error: null, etag: null };
