import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { Caller } from '../auth/scope.js';
import { cursorId, pageOf, type Page, type PageQuery } from '../common/paging.js';
import { sendingTransaction } from '../database/prepared-statement.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import { CalendarSyncOpening } from './calendar-sync-opening.js';
import { toCalendarSyncDto, type CalendarSyncDto } from './calendar-sync.dto.js';
import { CalendarSyncRepository } from './calendar-sync.repository.js';

export interface LatestSyncs {
  /** Finished or not. */
  lastRun: CalendarSyncDto | null;
  lastSucceededAt: Date | null;
}

/** The runs of a facility's sync as callers and the cron see them. */
@Injectable()
export class CalendarSyncsService {
  constructor(
    private readonly em: EntityManager,
    private readonly facilities: FacilitiesService,
    private readonly syncs: CalendarSyncRepository,
    private readonly opening: CalendarSyncOpening,
  ) {}

  /** Opens a run now, or answers the one that is open. Throws `FacilityNotFoundError`, `FacilityInactiveError`. */
  async force(caller: Caller, facilityId: string): Promise<CalendarSyncDto> {
    // From memory: one that another copy made inactive a moment ago is not called, its run fails.
    const facility = await this.facilities.getActive(caller, facilityId);
    const run = await sendingTransaction(this.em, em => this.opening.openOne(em, facilityId));
    return toCalendarSyncDto(run, facility.timezone);
  }

  /** Newest first. Throws `FacilityNotFoundError`. */
  async list(caller: Caller, facilityId: string, query: PageQuery): Promise<Page<CalendarSyncDto>> {
    const facility = await this.facilities.get(caller, facilityId);
    const rows = await this.syncs.page(facilityId, cursorId(query), query.limit);
    return pageOf(rows, query.limit, run => toCalendarSyncDto(run, facility.timezone));
  }

  /** How old what is known of the calendars is. */
  async latest({ id, timezone }: Facility): Promise<LatestSyncs> {
    const [last] = await this.syncs.page(id, null, 1);
    const succeeded = await this.syncs.findLastSucceeded(id);
    return { lastRun: last ? toCalendarSyncDto(last, timezone) : null, lastSucceededAt: succeeded?.finishedAt ?? null };
  }

  /** Likewise, of many. The caller must be known to be allowed to see them. */
  async lastSucceeded(facilityIds: readonly string[]): Promise<Map<string, Date>> {
    return new Map((await this.syncs.lastSucceededAt(facilityIds)).map(({ facilityId, at }) => [facilityId, new Date(at)]));
  }

  /** Takes at most `limit` facilities whose sync is due and opens their runs; how many it took. Copies take different ones. */
  async openDue(limit: number): Promise<number> {
    return this.em.transactional(
      async em => {
        const facilityIds = await this.facilities.takeDueForCalendarSync(limit);
        if (facilityIds.length > 0) await this.opening.openAll(em, facilityIds);
        return facilityIds.length;
      },
      { clear: true },
    );
  }
}
