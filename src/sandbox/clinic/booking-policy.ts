import { localDate, startOfDayMs } from './local-time.js';

/** What a calendar asks of those who book and change online. Staff are not subject to it. */
export interface BookingPolicy {
  /** Minutes between now and the earliest start that may still be booked. */
  minNoticeMinutes: number;
  /** Local days: 1 lets today and tomorrow be booked. */
  maxDaysInAdvance: number;
  /** Minutes before the present start after which it may no longer be moved, or canceled. */
  rescheduleCutoffMinutes: number;
  cancelCutoffMinutes: number;
}

/** Starts that may be booked: from `earliestMs` on, before `endMs`. Epoch milliseconds. */
export interface BookableWindow {
  earliestMs: number;
  endMs: number;
}

const MINUTE_MS = 60_000;

/** The window at `nowMs`. Its end is a midnight of the calendar's zone, so the last day is offered whole. */
export function bookableWindow(policy: BookingPolicy, nowMs: number, timezone: string): BookableWindow {
  const dayAfterTheLast = localDate(nowMs, timezone).add({ days: policy.maxDaysInAdvance + 1 });
  return { earliestMs: nowMs + policy.minNoticeMinutes * MINUTE_MS, endMs: startOfDayMs(dayAfterTheLast, timezone) };
}

/** Absolute time, so that a DST change between now and the start does not move the cutoff. The cutoff's own moment is still in time. */
export function isPastCutoff(startMs: number, cutoffMinutes: number, nowMs: number): boolean {
  return nowMs > startMs - cutoffMinutes * MINUTE_MS;
}
