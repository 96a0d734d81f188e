import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from '../database/prepared-statement.js';
import { CalendarSync } from './calendar-sync.entity.js';

/** What a run is begun with. */
export interface BegunRun {
  id: string;
  /** Of the list as it was last applied: see `CalendarSync`. */
  etag: string | null;
  listDigest: string | null;
}

/** A run that found the list as it was. */
export interface UnchangedRun {
  facilityId: string;
  id: string;
  /** Of its reading. */
  startedAt: Date;
  /** Of the facility's settings that the list was read with. */
  version: number;
  etag: string | null;
  listDigest: string | null;
  finishedAt: Date;
  durationMs: number;
}

/** In the order of their ids: two workers that have the same runs in hand do not wait for each other in a circle. */
const BEGIN = new PreparedStatement<BegunRun>(
  'calendar-syncs-begin',
  `with open as (
     select s.id, s.facility_id from unnest($1::uuid[], $2::uuid[]) as w(facility_id, id)
     join calendar_sync s on s.facility_id = w.facility_id and s.id = w.id
     where s.status = 'running' order by s.id for no key update of s
   ), begun as (
     update calendar_sync s set started_at = $3 from open where s.id = open.id
   )
   select open.id, l.etag, l.list_digest as "listDigest" from open
   left join lateral (
     select etag, list_digest from calendar_sync where facility_id = open.facility_id and status = 'succeeded' order by id desc limit 1
   ) l on true`,
);

/** Settings that change meanwhile make the facility due at once: the tag and the digest are of the version that they are kept with. */
const FINISH_UNCHANGED = new PreparedStatement<{ id: string }>(
  'calendar-syncs-finish-unchanged',
  `with found as (
     select s.id, w.etag, w.list_digest, w.finished_at, w.duration_ms, c.present
     from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::int[], $5::text[], $6::text[], $7::timestamptz[], $8::int[])
       as w(facility_id, id, started_at, version, etag, list_digest, finished_at, duration_ms)
     join facility f on f.id = w.facility_id and f.version = w.version
     join calendar_sync s on s.facility_id = w.facility_id and s.id = w.id and s.status = 'running' and s.started_at = w.started_at
     cross join lateral (select count(*) as present from calendar where facility_id = f.id and removed_at is null) c
     order by s.id for no key update of s
   )
   update calendar_sync s
   set status = 'succeeded', unchanged = found.present, etag = found.etag, list_digest = found.list_digest,
       finished_at = found.finished_at, duration_ms = found.duration_ms
   from found where s.id = found.id returning s.id`,
);

const LOCK_FACILITY = new PreparedStatement<{ version: number }>(
  'calendar-syncs-lock-facility',
  'select version from facility where id = $1 for no key update',
);

const FIND_RUNNING = new PreparedStatement<Record<string, unknown>>(
  'calendar-syncs-running',
  `select s.* from unnest($1::uuid[]) as f(id)
   cross join lateral (
     select id, facility_id, status, started_at, finished_at, duration_ms, added, changed, removed, unchanged, error, etag, list_digest
     from calendar_sync where facility_id = f.id order by id desc limit 5
   ) s
   where s.status = 'running'`,
);

@Injectable()
export class CalendarSyncRepository {
  constructor(private readonly em: EntityManager) {}

  /** As it is now, whatever was loaded before. */
  async find(facilityId: string, id: string): Promise<CalendarSync | null> {
    return this.em.findOne(CalendarSync, { facilityId, id }, { refresh: true });
  }

  /** Of these the runs that are open; a reading of theirs begins now. */
  async begin(runs: readonly Pick<CalendarSync, 'facilityId' | 'id'>[], startedAt: Date): Promise<BegunRun[]> {
    return BEGIN.run(this.em, [arrayOf(runs, 'facilityId'), arrayOf(runs, 'id'), startedAt]);
  }

  /** The ids of those that it finished: not one that is finished, or another reading of which has begun, or whose facility has other settings. */
  async finishUnchanged(runs: readonly UnchangedRun[]): Promise<Set<string>> {
    const columns = ['facilityId', 'id', 'startedAt', 'version', 'etag', 'listDigest', 'finishedAt', 'durationMs'] as const;
    const finished = await FINISH_UNCHANGED.run(
      this.em,
      columns.map(column => arrayOf(runs, column)),
    );
    return new Set(finished.map(({ id }) => id));
  }

  async findLastSucceeded(facilityId: string): Promise<CalendarSync | null> {
    return this.em.findOne(CalendarSync, { facilityId, status: 'succeeded' }, { orderBy: { id: 'desc' } });
  }

  /** When the calendars of each were last applied with success; those that never were are left out. */
  async lastSucceededAt(facilityIds: readonly string[]): Promise<{ facilityId: string; at: Date | string }[]> {
    return this.em.execute<{ facilityId: string; at: Date | string }[]>(
      `select f.id as "facilityId", s.at from unnest(?::uuid[]) as f(id)
       cross join lateral (
         select finished_at as at from calendar_sync where facility_id = f.id and status = 'succeeded' order by id desc limit 1
       ) s`,
      [`{${facilityIds.join(',')}}`],
    );
  }

  /**
   * Of the facilities that are live: when the calendars that were synced longest ago were, and how many were not for three of their
   * intervals. One pass over an index of just these facilities.
   */
  async ages(now: Date): Promise<{ oldestAt: Date | null; overdue: number }> {
    const [row] = await this.em.execute<{ oldestAt: Date | string | null; overdue: number }[]>(
      `select min(calendars_fresh_at) as "oldestAt",
         count(*) filter (where calendars_fresh_at + 3 * calendar_sync_interval_minutes * interval '1 minute' < ?)::int as overdue
       from facility where status in ('live', 'degraded')`,
      [now],
    );
    const { oldestAt = null, overdue = 0 } = row ?? {};
    return { oldestAt: oldestAt === null ? null : new Date(oldestAt), overdue };
  }

  /** Newest first, those with an id below `before`; one more than `limit`. */
  async page(facilityId: string, before: string | null, limit: number): Promise<CalendarSync[]> {
    const where = before === null ? { facilityId } : { facilityId, id: { $lt: before } };
    return this.em.find(CalendarSync, where, { orderBy: { id: 'desc' }, limit: limit + 1 });
  }

  /**
   * The runs of these facilities that are not finished: at most one each, for runs are opened under `lockFacility`. Looks at the
   * last few of a facility only, so that a long history costs nothing.
   */
  async findRunning(facilityIds: readonly string[]): Promise<CalendarSync[]> {
    const rows = await FIND_RUNNING.run(this.em, [facilityIds]);
    return rows.map(row => this.em.map(CalendarSync, row));
  }

  /** Finishes a run as failed, unless it is finished already, or another reading has begun than that of `startedAt` (null: than any). */
  async markFailed(
    { facilityId, id, startedAt }: Pick<CalendarSync, 'facilityId' | 'id'> & { startedAt: Date | null },
    finishedAt: Date,
    durationMs: number | null,
    error: { code: string; message: string },
  ): Promise<void> {
    await this.em.nativeUpdate(
      CalendarSync,
      { facilityId, id, status: 'running', ...(startedAt ? { startedAt } : {}) },
      { status: 'failed', finishedAt, durationMs, error },
    );
  }

  /**
   * Lets one transaction at a time open or apply runs of a facility, and holds its settings as they are meanwhile; the answer is
   * their version, null if there is no such facility. Does not stand in the way of rows that refer to it.
   */
  async lockFacility(facilityId: string): Promise<number | null> {
    const [row] = await LOCK_FACILITY.run(this.em, [facilityId]);
    return row?.version ?? null;
  }
}

function arrayOf<Row, Column extends keyof Row>(rows: readonly Row[], column: Column): Row[Column][] {
  return rows.map(row => row[column]);
}
