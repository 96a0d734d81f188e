import type { Page } from '../common/paging.js';
import { isoInZone } from '../common/zoned-time.js';
import type { CalendarSync, CalendarSyncStatus } from './calendar-sync.entity.js';

/** Why a run failed. */
export class CalendarSyncErrorDto {
  /**
   * Stable: branch on this.
   * @example "upstream-timeout"
   */
  code!: string;
  /** @example "GET calendars: no answer within 10000 ms." */
  message!: string;
}

/** One run of a facility's calendar sync. Counts are of calendars, their appointment types included. */
export class CalendarSyncDto {
  /** @example "01999c5e-0000-7000-8000-000000000003" */
  id!: string;
  status!: CalendarSyncStatus;
  /**
   * ISO 8601, in the facility's zone.
   * @example "2026-03-09T09:30:00+08:00"
   */
  startedAt!: string;
  /** null while it runs. */
  finishedAt!: string | null;
  /** @example 240 */
  durationMs!: number | null;
  /** New, or back after they had vanished. */
  added!: number;
  changed!: number;
  /** Vanished from the hospital's list: kept, and marked. */
  removed!: number;
  unchanged!: number;
  /** Of a failed run: it has changed nothing. */
  error!: CalendarSyncErrorDto | null;
}

export class CalendarSyncPageDto implements Page<CalendarSyncDto> {
  data!: CalendarSyncDto[];
  nextCursor!: string | null;
}

export function toCalendarSyncDto(run: CalendarSync, timezone: string): CalendarSyncDto {
  const { id, status, durationMs, added, changed, removed, unchanged, error } = run;
  return {
    id,
    status,
    startedAt: isoInZone(run.startedAt, timezone),
    finishedAt: run.finishedAt && isoInZone(run.finishedAt, timezone),
    durationMs,
    added,
    changed,
    removed,
    unchanged,
    error,
  };
}
