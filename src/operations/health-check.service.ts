import { Injectable, Logger } from '@nestjs/common';
import { SchedulerConnections } from '../calendars/scheduler-connections.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { FacilityStatusService } from '../facilities/facility-status.service.js';
import type { HealthCheckOutcome } from '../facilities/health-check-rules.js';
import { UpstreamError } from '../schedulers/upstream.errors.js';

/** Of these nothing follows: the hospital is well enough to ask for a pause, or busy with our other calls. */
const UNDECIDED = ['upstream-rate-limited', 'upstream-busy'];

/** Looks after a hospital by its list of calendars, and has the facility degraded or restored by what it sees. */
@Injectable()
export class HealthCheckService {
  private readonly logger = new Logger(HealthCheckService.name);

  constructor(
    private readonly facilities: FacilitiesService,
    private readonly statuses: FacilityStatusService,
    private readonly connections: SchedulerConnections,
  ) {}

  /** Takes at most `limit` that are due; no other copy takes the same. */
  async takeDue(limit: number): Promise<string[]> {
    return this.statuses.takeDueForHealthCheck(limit);
  }

  async check(facilityId: string): Promise<void> {
    const outcome = await this.outcomeOf(facilityId);
    if (!(await this.statuses.noteHealthCheck(facilityId, outcome))) return;
    if (outcome.kind === 'failed') this.logger.warn({ msg: 'A facility is degraded', facilityId, code: outcome.code });
    else this.logger.log({ msg: 'A facility is live again', facilityId });
  }

  private async outcomeOf(facilityId: string): Promise<HealthCheckOutcome> {
    const facility = await this.facilities.find(facilityId);
    if (!facility) return { kind: 'undecided' };
    const { scheduler, connection } = await this.connections.of(facility);
    try {
      await scheduler.listCalendars(connection, null);
      return { kind: 'passed' };
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      return UNDECIDED.includes(error.code) ? { kind: 'undecided' } : { kind: 'failed', code: error.code };
    }
  }
}
