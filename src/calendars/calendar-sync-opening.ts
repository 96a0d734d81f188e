import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { newId } from '../common/ids.js';
import { RowTable } from '../database/row-table.js';
import { JobsService, type JobPriority } from '../jobs/jobs.service.js';
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
    // Sent together: the second sees what others have committed by the time that the first has the lock.
    const [, running] = await Promise.all([this.syncs.lockFacility(facilityId), this.syncs.findRunning([facilityId])]);
    const [run] = await this.open(em, [facilityId], running, 'urgent');
    if (!run) throw new Error(`No calendar sync of facility ${facilityId} could be opened`);
    return run;
  }

  /** Likewise of each of the facilities, whose rows the caller has locked. */
  async openAll(em: EntityManager, facilityIds: readonly string[]): Promise<void> {
    await this.open(em, facilityIds, await this.syncs.findRunning(facilityIds), 'usual');
  }

  /** `urgent`: somebody waits for it, and it goes before what the cron opens. */
  private async open(
    em: EntityManager,
    facilityIds: readonly string[],
    running: readonly CalendarSync[],
    priority: JobPriority,
  ): Promise<CalendarSync[]> {
    const now = this.clock.now();
    const runs = new Map<string, CalendarSync>();
    for (const run of running) {
      if (run.startedAt.getTime() > now.getTime() - LOST_MS) runs.set(run.facilityId, run);
      else
        await this.syncs.markFailed(run, now, null, {
          code: 'interrupted',
          message: 'The run was cut short, and nothing took it up again.',
        });
    }
    const opened = facilityIds
      .filter(id => !runs.has(id))
      .map(facilityId =>
        Object.assign(new CalendarSync(), { id: newId(now), facilityId, status: 'running', startedAt: now, ...NOTHING_YET } as const),
      );
    const table = RowTable.of(em, CalendarSync);
    await table.insert(
      em,
      opened.map(run => table.textOf(run)),
    );
    const jobs = opened.map(({ facilityId, id }) => ({ facilityId, calendarSyncId: id }));
    await this.jobs.sendMany(em, 'calendar-sync', jobs, priority);
    return [...runs.values(), ...opened];
  }
}

const NOTHING_YET = {
  added: 0,
  changed: 0,
  removed: 0,
  unchanged: 0,
  finishedAt: null,
  durationMs: null,
  error: null,
  etag: null,
  listDigest: null,
};
