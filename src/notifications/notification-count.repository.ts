import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { firstIdOf } from '../common/ids.js';
import { countAll, countEach, facilitiesWith, MOST_COUNTED, type CountedRows, type FacilityCount } from '../database/facility-counts.js';

export interface FailedCount {
  verdict: string | null;
  count: number;
}

const overdueAt = (now: Date): CountedRows => ({
  table: 'notification',
  where: `status in ('expected', 'sending') and deadline_at < ?`,
  values: [now],
});

const failedSince = (since: Date): CountedRows => ({
  table: 'notification',
  where: `status = 'failed' and id >= ?`,
  values: [firstIdOf(since)],
});

/** Counts messages by facility, from indexes alone. */
@Injectable()
export class NotificationCountRepository {
  constructor(private readonly em: EntityManager) {}

  /** Of each of these facilities. */
  async countOverdue(facilityIds: readonly string[], now: Date): Promise<FacilityCount[]> {
    return countEach(this.em, overdueAt(now), facilityIds);
  }

  /** Likewise all of them together; null: of all facilities. */
  async countAllOverdue(facilityIds: readonly string[] | null, now: Date): Promise<number> {
    return countAll(this.em, overdueAt(now), facilityIds);
  }

  /** See `facilitiesWith`. */
  async withOverdue(among: readonly string[] | null, now: Date, before: string | null, limit: number): Promise<string[]> {
    return facilitiesWith(this.em, overdueAt(now), among, before, limit);
  }

  /** Those made since then that have failed, of each of these facilities. */
  async countFailed(facilityIds: readonly string[], since: Date): Promise<FacilityCount[]> {
    return countEach(this.em, failedSince(since), facilityIds);
  }

  /** Likewise of one, by verdict, the most frequent first: of the newest that are counted, one more than `MOST_COUNTED`. */
  async countFailedByVerdict(facilityId: string, since: Date): Promise<FailedCount[]> {
    const { where, values } = failedSince(since);
    return this.em.execute<FailedCount[]>(
      `select verdict, count(*)::int as count from (
         select verdict from notification where facility_id = ? and ${where} order by id desc limit ${MOST_COUNTED + 1}
       ) newest group by 1 order by 2 desc, 1`,
      [facilityId, ...values],
    );
  }
}
