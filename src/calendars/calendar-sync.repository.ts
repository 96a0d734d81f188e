import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { CalendarSync } from './calendar-sync.entity.js';

@Injectable()
export class CalendarSyncRepository {
  constructor(private readonly em: EntityManager) {}

  /** As it is now, whatever was loaded before. */
  async find(facilityId: string, id: string): Promise<CalendarSync | null> {
    return this.em.findOne(CalendarSync, { facilityId, id }, { refresh: true });
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
    const rows = await this.em.execute<{ id: string }[]>(
      `select s.id from unnest(?::uuid[]) as f(id)
       cross join lateral (select id, status from calendar_sync where facility_id = f.id order by id desc limit 5) s
       where s.status = 'running'`,
      [`{${facilityIds.join(',')}}`],
    );
    return this.em.find(CalendarSync, { facilityId: { $in: [...facilityIds] }, id: { $in: rows.map(row => row.id) } }, { refresh: true });
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
    const [row] = await this.em.execute<{ version: number }[]>('select version from facility where id = ? for no key update', [facilityId]);
    return row?.version ?? null;
  }
}
