import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { FAILURES_KEPT, type StoredFailure } from './facility-health-rules.js';
import { FacilityHealth } from './facility-health.entity.js';

/** What one copy has to add. `breaker` null: its state has not changed. */
export interface SeenOfFacility {
  facilityId: string;
  breaker: FacilityHealth['breaker'];
  breakerSince: Date | null;
  nextProbeAt: Date | null;
  pausedUntil: Date | null;
  lastSuccessAt: Date | null;
  failures: StoredFailure[];
}

/** In the order of the ids, as every copy takes these rows. Of a facility that is gone nothing is kept. */
const ADD = `
  insert into facility_health as h (facility_id, breaker, breaker_since, next_probe_at, paused_until, last_success_at, failures)
  select f.id, s.breaker, s."breakerSince", s."nextProbeAt", s."pausedUntil", s."lastSuccessAt", s.failures
  from jsonb_to_recordset(?::jsonb) as s("facilityId" uuid, breaker text, "breakerSince" timestamptz, "nextProbeAt" timestamptz,
    "pausedUntil" timestamptz, "lastSuccessAt" timestamptz, failures jsonb)
  join facility f on f.id = s."facilityId" order by f.id
  on conflict (facility_id) do update set
    breaker = coalesce(excluded.breaker, h.breaker),
    breaker_since = case when excluded.breaker is null then h.breaker_since else excluded.breaker_since end,
    next_probe_at = case when excluded.breaker is null then h.next_probe_at else excluded.next_probe_at end,
    paused_until = greatest(excluded.paused_until, h.paused_until),
    last_success_at = greatest(excluded.last_success_at, h.last_success_at),
    failures = (select coalesce(jsonb_agg(e order by e ->> 'at' desc), '[]') from (
      select e from jsonb_array_elements(excluded.failures || h.failures) e order by e ->> 'at' desc limit ${FAILURES_KEPT}) newest)`;

@Injectable()
export class FacilityHealthRepository {
  constructor(private readonly em: EntityManager) {}

  async find(facilityId: string): Promise<FacilityHealth | null> {
    return this.em.findOne(FacilityHealth, { facilityId }, { refresh: true });
  }

  async findMany(facilityIds: readonly string[]): Promise<FacilityHealth[]> {
    return this.em.find(FacilityHealth, { facilityId: { $in: [...facilityIds] } }, { disableIdentityMap: true });
  }

  /** Adds to what is there, in the transaction of `em`. */
  async add(em: EntityManager, seen: readonly SeenOfFacility[]): Promise<void> {
    await em.execute(ADD, [JSON.stringify(seen)]);
  }
}
