import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { firstIdOf } from '../common/ids.js';
import { acrossFacilities } from '../database/facility-scope.js';
import { arrayOf, countAll, countEach, facilitiesWith, type CountedRows, type FacilityCount } from '../database/facility-counts.js';
import { WEBHOOK_OUTCOMES, type WebhookOutcome } from './webhook-event-state.js';

/** How many events of a facility came in an hour and ended so. `hour`: whole hours since the counting began. */
export interface CountedEvents {
  facilityId: string;
  outcome: WebhookOutcome;
  hour: number;
  count: number;
}

const HOUR_MS = 3_600_000;
const DEAD: CountedRows = { table: 'webhook_event', where: `reason = 'dead-letter'`, values: [] };

/** Counts events from indexes alone. */
@Injectable()
export class WebhookCountRepository {
  constructor(private readonly em: EntityManager) {}

  /**
   * Since then, by hour: an id tells when its row was made. Who asks is known to see these facilities; the policy would ask each row
   * again, which costs more than to count it.
   */
  async countByHour(facilityIds: readonly string[], since: Date, hours: number): Promise<CountedEvents[]> {
    const hourly = Array.from({ length: hours - 1 }, (_, hour) => firstIdOf(new Date(since.getTime() + (hour + 1) * HOUR_MS)));
    return acrossFacilities(() =>
      this.em.execute<CountedEvents[]>(
        `select facility_id as "facilityId", outcome, width_bucket(id, ?::uuid[]) as hour, count(*)::int as count
         from webhook_event where facility_id = any (?::uuid[]) and outcome = any (?::text[]) and id >= ?
         group by 1, 2, 3`,
        [arrayOf(hourly), arrayOf(facilityIds), arrayOf(WEBHOOK_OUTCOMES), firstIdOf(since)],
      ),
    );
  }

  /** How many dead letters each of these facilities has. */
  async countDead(facilityIds: readonly string[]): Promise<FacilityCount[]> {
    return countEach(this.em, DEAD, facilityIds);
  }

  /** Likewise all of them together; null: of all facilities. */
  async countAllDead(facilityIds: readonly string[] | null): Promise<number> {
    return countAll(this.em, DEAD, facilityIds);
  }

  /** See `facilitiesWith`. */
  async withDead(among: readonly string[] | null, before: string | null, limit: number): Promise<string[]> {
    return facilitiesWith(this.em, DEAD, among, before, limit);
  }
}
