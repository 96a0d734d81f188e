import type { AppointmentStatus } from '../appointments/appointment-state.js';

/**
 * How the hub and the hospital differ about an appointment. `missing-upstream`: the hospital's list does not show it. `unknown-here`:
 * nobody told the hub of it. `scheduled-upstream`: it stands there, and is canceled or failed here.
 */
export const DRIFT_KINDS = [
  'missing-upstream',
  'moved',
  'canceled-upstream',
  'unknown-here',
  'checked-in-upstream',
  'scheduled-upstream',
] as const;
export type DriftKind = (typeof DRIFT_KINDS)[number];

/** `outdated`: it is no longer so. */
export const FINDING_STATUSES = ['open', 'repaired', 'dismissed', 'outdated'] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

/** `untrusted`: it was read, but what it says cannot be relied on. `not-supported`: the hospital has no list. */
export const DRIFT_RUN_STATUSES = ['running', 'succeeded', 'failed', 'untrusted', 'not-supported'] as const;
export type DriftRunStatus = (typeof DRIFT_RUN_STATUSES)[number];

/** Why a list cannot be relied on. */
export type UntrustedCode =
  /** A page or a calendar could not be read. */
  | 'list-partial'
  /** It shows other calendars' appointments only, whatever it is asked. */
  | 'list-filter-ignored'
  /** Nothing, or nothing of one calendar, where there was plenty. */
  | 'list-empty'
  | 'list-smaller'
  /** It lacks more than a fifth of the appointments that the hospital has confirmed. */
  | 'list-lacks-known';

/** One side of a difference. Stands in a row, as JSON; ids and times only. */
export interface DriftSide {
  /** null: not told. */
  status: AppointmentStatus | null;
  /** ISO 8601, UTC. */
  start: string | null;
  /** The hub's; null: none, or the hub knows no such calendar. */
  calendarId: string | null;
  calendarExternalId: string | null;
}

/** `from` ≤ start < `to`: what is compared. */
export interface DriftWindow {
  from: Date;
  to: Date;
}
