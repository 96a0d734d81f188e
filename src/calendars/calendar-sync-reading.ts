import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { CalendarsAnswer } from '../schedulers/scheduler.js';
import { CalendarSyncRepository } from './calendar-sync.repository.js';
import { SchedulerConnections } from './scheduler-connections.js';
import { etagToSend } from './sync-etag-rules.js';

/** The hub itself: its jobs may touch every facility. */
const HUB: Caller = { keyId: 'hub', scopes: ['admin'], facilityIds: null };

/** One run, as its job names it. */
export interface RunId {
  facilityId: string;
  id: string;
}

/** The hospital's whole list, and what it was asked with. */
export interface Reading {
  /** As it was when the hospital was asked. */
  facility: Facility;
  /** The entity tag that was sent. */
  etag: string | null;
  answer: CalendarsAnswer;
}

/** Asks the hospital for its whole list, outside of any transaction. */
@Injectable()
export class CalendarSyncReading {
  constructor(
    private readonly em: EntityManager,
    private readonly facilities: FacilitiesService,
    private readonly syncs: CalendarSyncRepository,
    private readonly connections: SchedulerConnections,
    private readonly clock: Clock,
  ) {}

  /** null when the run is finished already. Throws `FacilityInactiveError`, `UpstreamError`. */
  async read(run: RunId): Promise<Reading | null> {
    const question = await this.em.transactional(
      async () => {
        const row = await this.syncs.find(run.facilityId, run.id);
        if (row?.status !== 'running') return null;
        const facility = await this.facilities.getActive(HUB, run.facilityId);
        const lastApplied = await this.syncs.findLastSucceeded(run.facilityId);
        row.startedAt = this.clock.now();
        return { facility, etag: etagToSend(lastApplied?.etag ?? null, facility.version), ...(await this.connections.of(facility)) };
      },
      { clear: true },
    );
    if (!question) return null;
    const { facility, etag, scheduler, connection } = question;
    return { facility, etag, answer: await scheduler.listCalendars(connection, etag) };
  }
}
