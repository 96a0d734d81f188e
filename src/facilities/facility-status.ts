import type { Facility } from './facility.entity.js';
import type { FacilityStatus, StatusReason } from './facility.settings.js';
import { HEALTH_CHECK_MS } from './health-check-rules.js';

type StatusFields = Pick<
  Facility,
  'status' | 'statusSince' | 'statusReason' | 'statusCause' | 'testingSince' | 'liveAt' | 'healthStreak' | 'healthCheckDueAt'
>;

/** What comes with a status. `before`: null of a new facility. `cause`: the code of what failed. */
export function statusFields(
  before: Pick<Facility, 'status' | 'testingSince' | 'liveAt'> | null,
  status: FacilityStatus,
  reason: StatusReason,
  now: Date,
  cause: string | null = null,
): StatusFields {
  const isRestored = before?.status === 'degraded' && reason === 'health-check-passed';
  return {
    status,
    statusSince: now,
    statusReason: reason,
    statusCause: cause,
    testingSince: status === 'testing' ? now : (before?.testingSince ?? null),
    liveAt: status === 'live' && !isRestored ? now : (before?.liveAt ?? null),
    healthStreak: 0,
    healthCheckDueAt: new Date(now.getTime() + HEALTH_CHECK_MS),
  };
}
