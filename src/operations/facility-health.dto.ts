import type { CalendarSyncDto } from '../calendars/calendar-sync.dto.js';
import type { FacilityHealthStatus } from './facility-health-rules.js';

/** The circuit breaker of a hospital: each copy of the hub has its own; this is the one that changed last. */
export class BreakerDto {
  /** `open`: the hospital is not called. `half-open`: one call is to show whether it is back. null: it was never called. */
  state!: 'closed' | 'open' | 'half-open' | null;
  /**
   * ISO 8601, in the facility's zone, as all times here.
   * @example "2026-03-09T09:30:00+08:00"
   */
  since!: string | null;
  /**
   * While it is open: the first call after this goes through.
   * @example "2026-03-09T09:30:05+08:00"
   */
  nextProbeAt!: string | null;
}

/** A call that failed, of any copy of the hub. Nothing that the hospital wrote, nothing of a patient. */
export class CallFailureDto {
  /** @example "2026-03-09T09:29:58+08:00" */
  at!: string;
  call!: 'calendars' | 'availability' | 'appointments' | 'book' | 'reschedule' | 'cancel';
  /**
   * Stable: branch on this.
   * @example "upstream-timeout"
   */
  code!: string;
  /**
   * null where there was no answer.
   * @example 502
   */
  httpStatus!: number | null;
}

/** What only the copy of the hub knows that answers this request: another one may answer the next. */
export class CopyHealthDto {
  /** null: it has not called the hospital of late. */
  breaker!: 'closed' | 'open' | 'half-open' | null;
  /** @example 3 */
  readsInFlight!: number;
  /** @example 1 */
  writesInFlight!: number;
  /**
   * Calls that wait because as many as may be are on their way.
   * @example 0
   */
  waiting!: number;
}

export class CalendarSyncHealthDto {
  /** null: none has succeeded yet. */
  lastSucceededAt!: string | null;
  /** @example 240 */
  ageSeconds!: number | null;
  lastRun!: CalendarSyncDto | null;
}

/** How a facility's hospital is doing, as the copies of the hub have seen it, at most some seconds ago. */
export class FacilityHealthDto {
  /**
   * `paused`: it asked not to be called. `away`: its last calls failed, it is left alone. `failing`: the last call failed. `unknown`: it
   * was never called.
   */
  status!: FacilityHealthStatus;
  /** @example "2026-03-09T09:30:02+08:00" */
  checkedAt!: string;
  breaker!: BreakerDto;
  /** The hospital has asked, by `Retry-After`, not to be called until then; it holds for all copies. */
  pausedUntil!: string | null;
  /** The last that is known of; a copy notes it when something changes, not with every call. */
  lastSuccessAt!: string | null;
  /** Newest first, the last ten. */
  lastErrors!: CallFailureDto[];
  thisCopy!: CopyHealthDto;
  calendarSync!: CalendarSyncHealthDto;
}
