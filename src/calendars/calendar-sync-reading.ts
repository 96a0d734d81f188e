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

/** What the hospital is asked with. */
interface Question extends Awaited<ReturnType<SchedulerConnections['of']>> {
  /** As it was when the hospital was asked. */
  facility: Facility;
  /** The entity tag that is sent. */
  etag: string | null;
  /** When this reading began, which the run's row says as long as no other has begun: the fence. */
  startedAt: Date;
}

/** The hospital's whole list, and what it was asked with. */
export interface Reading extends Pick<Question, 'facility' | 'etag' | 'startedAt'> {
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

  /** null when the run is finished already. Throws `FacilityInactiveError`. */
  async begin(run: RunId): Promise<Question | null> {
    return this.em.transactional(
      async () => {
        const row = await this.syncs.find(run.facilityId, run.id);
        if (row?.status !== 'running') return null;
        const facility = await this.facilities.getActive(HUB, run.facilityId);
        const lastApplied = await this.syncs.findLastSucceeded(run.facilityId);
        row.startedAt = this.clock.now();
        return {
          facility,
          startedAt: row.startedAt,
          etag: etagToSend(lastApplied?.etag ?? null, facility.version),
          ...(await this.connections.of(facility)),
        };
      },
      { clear: true },
    );
  }

  /** Throws `UpstreamError`. */
  async read({ facility, etag, startedAt, scheduler, connection }: Question): Promise<Reading> {
    return { facility, etag, startedAt, answer: await scheduler.listCalendars(connection, etag) };
  }
}
