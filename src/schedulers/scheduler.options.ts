import type { LookupFunction } from 'node:net';

/** What the schedulers need to know of the hub's configuration. */
export interface SchedulerOptions {
  /** The operator's `UPSTREAM_ALLOWED_HOSTS`: `host:port` that may be private and plain http. All others: public, https. */
  allowedHosts: readonly string[];
  /** The whole of a write, from name lookup to the last byte. */
  writeTimeoutMs: number;
  /** All pages of the calendars together. */
  calendarsTimeoutMs: number;
  /** Each endpoint of a connection check. */
  checkTimeoutMs: number;
  /** Of one answer, decompressed. */
  maxResponseBytes: number;
  hospital: HospitalLimits;
  /** How names become addresses; the system's resolver when left out. Its answers are filtered all the same. */
  lookup?: LookupFunction;
}

/** What one hospital may take of one copy of the hub. */
export interface HospitalLimits {
  /** Calls in a row that fail before it is left alone. */
  failuresToOpen: number;
  /** How long it is left alone; then one call shows whether it is back. */
  probeAfterMs: number;
  /** Calls on their way at once, of each kind: reads cannot take the places of bookings. */
  readPlaces: number;
  writePlaces: number;
  /** Calls of each kind that may wait for a place, and for how long. */
  queuePlaces: number;
  queueMs: number;
}

export const SCHEDULER_OPTIONS = Symbol('SchedulerOptions');

/** The limits of the design; the allow-list is the operator's. */
export const DEFAULT_SCHEDULER_LIMITS = {
  writeTimeoutMs: 3_500,
  calendarsTimeoutMs: 10_000,
  checkTimeoutMs: 4_000,
  maxResponseBytes: 2 * 1024 * 1024,
  // The longest read takes 10 s: one that was sent just before the hospital came back, and the pause after it, are 15 s.
  hospital: { failuresToOpen: 5, probeAfterMs: 5_000, readPlaces: 32, writePlaces: 32, queuePlaces: 64, queueMs: 1_000 },
} as const;
