import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { isoInZone } from '../common/zoned-time.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { FacilityStatusService } from '../facilities/facility-status.service.js';
import type { ConnectionCheckDto } from './connection-check.dto.js';
import { keyWarning } from './key-expiry-rules.js';
import { SchedulerConnections } from './scheduler-connections.js';

/** Asks a hospital's scheduling system what of it works; changes nothing there. That it passed or not is kept, as evidence for going live. */
@Injectable()
export class ConnectionCheckService {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly statuses: FacilityStatusService,
    private readonly connections: SchedulerConnections,
    private readonly clock: Clock,
  ) {}

  /** Throws `FacilityNotFoundError`, `FacilityInactiveError`. */
  async check(caller: Caller, facilityId: string): Promise<ConnectionCheckDto> {
    const facility = await this.facilities.getActive(caller, facilityId);
    const { scheduler, connection } = await this.connections.of(facility);
    const now = this.clock.now();
    const endpoints = await scheduler.checkConnection(connection, now);
    const warning = keyWarning(facility.scheduler.auth.expiresAt, now);
    const ok = endpoints.every(endpoint => !endpoint.required || endpoint.ok !== false);
    await this.statuses.noteConnectionCheck(facility.id, now, ok);
    return {
      ok,
      checkedAt: isoInZone(now, facility.timezone),
      endpoints: endpoints.map(({ endpoint, required, ok, httpStatus, durationMs, code, detail }) => ({
        endpoint,
        required,
        ok,
        httpStatus,
        durationMs,
        code,
        detail,
      })),
      warnings: warning ? [warning] : [],
    };
  }
}
