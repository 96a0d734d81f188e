import type { DriftWindow } from './drift-state.js';

const DAY_MS = 86_400_000;
const DAYS_BACK = 1;
const DAYS_AHEAD = 60;

/** Whole days of UTC, from yesterday's on: two windows that overlap do so by whole days, which can be counted one against the other. */
export function windowAt(now: Date): DriftWindow {
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  return { from: new Date(today - DAYS_BACK * DAY_MS), to: new Date(today + (DAYS_AHEAD + 1) * DAY_MS) };
}

/** `YYYY-MM-DD`, UTC. */
export function dayOf(start: Date): string {
  return start.toISOString().slice(0, 'YYYY-MM-DD'.length);
}

/** Whether the day lies in the window. */
export function isWithin(day: string, { from, to }: DriftWindow): boolean {
  return day >= dayOf(from) && day < dayOf(to);
}
