import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import { CalendarSyncsService, type LatestSyncs } from '../calendars/calendar-syncs.service.js';
import { Clock } from '../common/clock.js';
import { isoInZone } from '../common/zoned-time.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { GateView } from '../schedulers/hospital-gate.js';
import { HospitalGates } from '../schedulers/hospital-gates.js';
import { healthStatus, latest, type FacilityHealthStatus } from './facility-health-rules.js';
import { FacilityHealthRecorder } from './facility-health-recorder.js';
import type { FacilityHealthDto } from './facility-health.dto.js';
import type { FacilityHealth } from './facility-health.entity.js';
import { FacilityHealthRepository } from './facility-health.repository.js';

/** How a hospital is doing, in one line of a list. */
export interface HealthSummary {
  status: FacilityHealthStatus;
  lastSyncedAt: Date | null;
  syncAgeSeconds: number | null;
}

/** How a hospital is doing, for the operations person. */
@Injectable()
export class FacilityHealthService {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly syncs: CalendarSyncsService,
    private readonly gates: HospitalGates,
    private readonly recorder: FacilityHealthRecorder,
    private readonly repository: FacilityHealthRepository,
    private readonly clock: Clock,
  ) {}

  /** Throws `FacilityNotFoundError`. */
  async of(caller: Caller, facilityId: string): Promise<FacilityHealthDto> {
    const facility = await this.facilities.get(caller, facilityId);
    await this.recorder.flush();
    const row = await this.repository.find(facility.id);
    const syncs = await this.syncs.latest(facility);
    return toDto(row, this.gates.view(facility.id), syncs, this.clock.now(), facility.timezone);
  }

  /** In short, of many, as it is written down. The caller must be known to be allowed to see them. Each has an entry. */
  async summaries(facilityIds: readonly string[]): Promise<Map<string, HealthSummary>> {
    const [rows, synced] = await Promise.all([this.repository.findMany(facilityIds), this.syncs.lastSucceeded(facilityIds)]);
    const seen = new Map(rows.map(row => [row.facilityId, row]));
    const now = this.clock.now();
    return new Map(facilityIds.map(id => [id, summaryOf(seen.get(id) ?? null, synced.get(id) ?? null, now)]));
  }
}

function summaryOf(row: FacilityHealth | null, lastSyncedAt: Date | null, now: Date): HealthSummary {
  const [failure] = row?.failures ?? [];
  const status = healthStatus(
    {
      breaker: row?.breaker ?? null,
      pausedUntil: row?.pausedUntil ?? null,
      lastSuccessAt: latest([row?.lastSuccessAt ?? null, lastSyncedAt]),
      lastFailureAt: failure ? new Date(failure.at) : null,
    },
    now,
  );
  return { status, lastSyncedAt, syncAgeSeconds: lastSyncedAt && secondsSince(lastSyncedAt, now) };
}

function secondsSince(time: Date, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - time.getTime()) / 1_000));
}

function toDto(row: FacilityHealth | null, own: GateView | null, syncs: LatestSyncs, now: Date, zone: string): FacilityHealthDto {
  const iso = (time: Date | null): string | null => time && isoInZone(time, zone);
  const failures = row?.failures ?? [];
  const breaker = row?.breaker ?? null;
  const pausedUntil = latest([row?.pausedUntil ?? null, own?.pausedUntil ?? null]);
  const lastSuccessAt = latest([row?.lastSuccessAt ?? null, own?.lastSuccessAt ?? null, syncs.lastSucceededAt]);
  const lastFailureAt = failures[0] ? new Date(failures[0].at) : null;
  const { lastSucceededAt, lastRun } = syncs;
  return {
    status: healthStatus({ breaker, pausedUntil, lastSuccessAt, lastFailureAt }, now),
    checkedAt: isoInZone(now, zone),
    breaker: { state: breaker, since: iso(row?.breakerSince ?? null), nextProbeAt: iso(row?.nextProbeAt ?? null) },
    pausedUntil: pausedUntil && pausedUntil > now ? isoInZone(pausedUntil, zone) : null,
    lastSuccessAt: iso(lastSuccessAt),
    lastErrors: failures.map(({ at, call, code, httpStatus }) => ({ at: isoInZone(new Date(at), zone), call, code, httpStatus })),
    thisCopy: {
      breaker: own?.state ?? null,
      readsInFlight: own?.readsInFlight ?? 0,
      writesInFlight: own?.writesInFlight ?? 0,
      waiting: own?.waiting ?? 0,
    },
    calendarSync: {
      lastSucceededAt: iso(lastSucceededAt),
      ageSeconds: lastSucceededAt && secondsSince(lastSucceededAt, now),
      lastRun,
    },
  };
}
