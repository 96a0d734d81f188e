import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { Gathered } from '../common/gathered.js';
import { newId } from '../common/ids.js';
import { CalendarCatalogue } from './calendar-catalogue.js';
import { diffCalendars, isUnchanged, type SyncCounts } from './calendar-diff.js';
import type { RefusedAnswer } from './calendar-list-rules.js';
import type { Reading, RunId } from './calendar-sync-reading.js';
import { CalendarSyncRepository, type UnchangedRun } from './calendar-sync.repository.js';
import { CalendarRepository } from './calendar.repository.js';
import { keptWithVersion } from './same-list-rules.js';

/** Runs without a change that are finished together, at most. */
const TOGETHER = 100;

/** Makes the stored calendars those of a list that was read, and finishes the run, in one transaction. */
@Injectable()
export class CalendarSyncApplying {
  private readonly unchanged = new Gathered<UnchangedRun, boolean>(async runs => {
    const finished = await this.syncs.finishUnchanged(runs);
    return runs.map(run => finished.has(run.id));
  }, TOGETHER);

  constructor(
    private readonly em: EntityManager,
    private readonly syncs: CalendarSyncRepository,
    private readonly calendars: CalendarRepository,
    private readonly catalogue: CalendarCatalogue,
    private readonly clock: Clock,
  ) {}

  /**
   * `finished`, also when another worker has finished the run meanwhile, or has begun to read: then that one goes on. `settings-changed`: the list was read with settings that
   * hold no longer, and must be read anew. In that case, and when the list is refused, nothing is written.
   */
  async apply(run: RunId, reading: Reading, elapsedMs: () => number): Promise<'finished' | 'settings-changed' | RefusedAnswer> {
    const { facility, calendars, startedAt } = reading;
    const kept = { etag: keptWithVersion(reading.etag, facility.version), listDigest: keptWithVersion(reading.digest, facility.version) };
    if (calendars === null) {
      const finish = { ...run, ...kept, startedAt, version: facility.version, finishedAt: this.clock.now(), durationMs: elapsedMs() };
      if (await this.unchanged.ask(finish)) return 'finished';
    }
    return this.em.transactional(
      async em => {
        const version = await this.syncs.lockFacility(run.facilityId);
        const row = await this.syncs.find(run.facilityId, run.id);
        if (row?.status !== 'running' || row.startedAt.getTime() !== startedAt.getTime()) return 'finished';
        // What is unchanged would be finished by now but for that.
        if (version !== facility.version || calendars === null) return 'settings-changed';
        const now = this.clock.now();
        const counts = await this.write(em, facility, calendars, now);
        if ('kind' in counts) return counts;
        Object.assign(row, { ...counts, ...kept, status: 'succeeded', finishedAt: now, durationMs: elapsedMs() });
        return 'finished';
      },
      { clear: true },
    );
  }

  private async write(
    em: EntityManager,
    facility: Reading['facility'],
    listed: Parameters<typeof diffCalendars>[1],
    now: Date,
  ): Promise<SyncCounts | RefusedAnswer> {
    const stored = await this.calendars.readStored(facility.id);
    const diff = diffCalendars(stored, listed, facility.defaultAppointmentType, now, () => newId(now));
    if (diff.kind === 'refused') return diff;
    if (!isUnchanged(diff)) {
      await this.calendars.write(facility.id, diff, now);
      await this.catalogue.announceChange(em, facility.id);
    }
    return diff.counts;
  }
}
