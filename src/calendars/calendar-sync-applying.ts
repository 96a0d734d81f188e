import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { newId } from '../common/ids.js';
import { CalendarCatalogue } from './calendar-catalogue.js';
import { diffCalendars, isUnchanged, type SyncCounts } from './calendar-diff.js';
import type { RefusedAnswer } from './calendar-list-rules.js';
import type { Reading, RunId } from './calendar-sync-reading.js';
import { CalendarSyncRepository } from './calendar-sync.repository.js';
import { CalendarRepository } from './calendar.repository.js';
import { keptEtag } from './sync-etag-rules.js';

/** Makes the stored calendars those of a list that was read, and finishes the run, in one transaction. */
@Injectable()
export class CalendarSyncApplying {
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
  async apply(
    run: RunId,
    { facility, answer, etag, startedAt }: Reading,
    elapsedMs: () => number,
  ): Promise<'finished' | 'settings-changed' | RefusedAnswer> {
    return this.em.transactional(
      async em => {
        const version = await this.syncs.lockFacility(run.facilityId);
        const row = await this.syncs.find(run.facilityId, run.id);
        if (row?.status !== 'running' || row.startedAt.getTime() !== startedAt.getTime()) return 'finished';
        if (version !== facility.version) return 'settings-changed';
        const now = this.clock.now();
        const counts =
          answer.kind === 'not-modified'
            ? await this.countUnchanged(run.facilityId)
            : await this.write(em, facility, answer.calendars, now);
        if ('kind' in counts) return counts;
        const listEtag = keptEtag(answer.kind === 'not-modified' ? etag : answer.etag, version);
        Object.assign(row, { ...counts, status: 'succeeded', etag: listEtag, finishedAt: now, durationMs: elapsedMs() });
        return 'finished';
      },
      { clear: true },
    );
  }

  private async countUnchanged(facilityId: string): Promise<SyncCounts> {
    return { added: 0, changed: 0, removed: 0, unchanged: await this.calendars.countPresent(facilityId) };
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
