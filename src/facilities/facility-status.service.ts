import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { mayTouch, type Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { Invalidations } from '../database/invalidations.js';
import { FACILITY_TOPIC } from './facility-topic.js';
import type { Facility } from './facility.entity.js';
import { FacilityNotFoundError, GoLiveRefusedError } from './facility.errors.js';
import { FacilityRepository } from './facility.repository.js';
import { statusFields } from './facility-status.js';
import { judgeStatus, type GoLiveRequirement, type WantedStatus } from './go-live-rules.js';
import { judgeHealth, type HealthCheckOutcome } from './health-check-rules.js';

/** Which status a facility has: draft, testing, live, degraded or inactive. All changes of a facility meet at its locked row. */
@Injectable()
export class FacilityStatusService {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: FacilityRepository,
    private readonly clock: Clock,
    private readonly invalidations: Invalidations,
  ) {}

  /** `missingOf`: what the facility, as it stands, has yet to show. Throws `FacilityNotFoundError`, `GoLiveRefusedError`. */
  async change(
    caller: Caller,
    id: string,
    wanted: Pick<WantedStatus, 'to' | 'isByHand'>,
    missingOf: (facility: Facility) => Promise<readonly GoLiveRequirement[]>,
  ): Promise<void> {
    await this.em.transactional(async em => {
      const facility = mayTouch(caller, id) ? await this.repository.findLocked(id) : null;
      if (!facility) throw new FacilityNotFoundError(id);
      const missing = wanted.to === 'live' ? await missingOf(facility) : [];
      const verdict = judgeStatus({ ...wanted, from: facility.status, hasBeenLive: facility.liveAt !== null, missing });
      if (verdict.kind === 'refused') throw new GoLiveRefusedError(id, verdict.missing);
      if (verdict.kind === 'unchanged') return;
      const now = this.clock.now();
      Object.assign(facility, statusFields(facility, wanted.to, verdict.reason, now), { calendarSyncDueAt: now, updatedAt: now });
      await this.invalidations.announce(em, FACILITY_TOPIC, id);
    });
  }

  /** The last check of the hospital's endpoints, as evidence for going live. */
  async noteConnectionCheck(id: string, checkedAt: Date, hasPassed: boolean): Promise<void> {
    await this.repository.noteConnectionCheck(id, checkedAt, hasPassed);
  }

  /** For the cron: see `FacilityRepository.takeDueForHealthCheck`. */
  async takeDueForHealthCheck(limit: number): Promise<string[]> {
    return this.repository.takeDueForHealthCheck(this.clock.now(), limit);
  }

  /** Live becomes degraded, and degraded live, by a row of checks. True: the status is another. */
  async noteHealthCheck(id: string, outcome: HealthCheckOutcome): Promise<boolean> {
    return this.em.transactional(async em => {
      const facility = await this.repository.findLocked(id);
      if (!facility) return false;
      const now = this.clock.now();
      const after = judgeHealth({ status: facility.status, streak: facility.healthStreak }, outcome);
      const dueAt = new Date(now.getTime() + after.nextInMs);
      if (after.status === facility.status) {
        await this.repository.noteHealthCheck(id, after.streak, dueAt);
        return false;
      }
      const [reason, cause] =
        outcome.kind === 'failed' ? (['health-check-failed', outcome.code] as const) : (['health-check-passed', null] as const);
      const fields = statusFields(facility, after.status, reason, now, cause);
      Object.assign(facility, fields, { healthStreak: after.streak, healthCheckDueAt: dueAt, updatedAt: now });
      await this.invalidations.announce(em, FACILITY_TOPIC, id);
      return true;
    });
  }
}
