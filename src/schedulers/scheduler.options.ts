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
  /** How names become addresses; the system's resolver when left out. Its answers are filtered all the same. */
  lookup?: LookupFunction;
}

export const SCHEDULER_OPTIONS = Symbol('SchedulerOptions');

/** The limits of the design; the allow-list is the operator's. */
export const DEFAULT_SCHEDULER_LIMITS = {
  writeTimeoutMs: 3_500,
  calendarsTimeoutMs: 10_000,
  checkTimeoutMs: 4_000,
  maxResponseBytes: 2 * 1024 * 1024,
} as const;
