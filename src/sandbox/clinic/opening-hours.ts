import type { Temporal } from '../../common/temporal.js';
import type { Interval } from './interval.js';
import { wallMomentMs } from './local-time.js';

/** ISO 8601: Monday is 1, Sunday 7. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Open on these days from–to, in local time (`HH:MM`; `to` may be `24:00`). A lunch break is the gap between two periods. */
export interface OpeningPeriod {
  weekdays: readonly Weekday[];
  from: string;
  to: string;
}

export interface OpeningHours {
  periods: readonly OpeningPeriod[];
  /** `MM-DD`, every year; `YYYY-MM-DD`, once. */
  holidays: readonly string[];
}

/** How an opening period is cut into slots. Minutes. */
export interface SlotGrid {
  timezone: string;
  /** A slot may start this often, counted from the period's opening. */
  stepMinutes: number;
  /** A slot must end by the period's close. */
  durationMinutes: number;
}

const MINUTE_MS = 60_000;

/**
 * The slots of one local date, in order. Opening and close are wall-clock times; between them slots advance in real time, so a day on which
 * the clocks jump forward has no slot in the skipped hour, and one on which they go back has the repeated hour's slots twice, with
 * different offsets.
 */
export function slotsOfDay(hours: OpeningHours, date: Temporal.PlainDate, grid: SlotGrid): Interval[] {
  if (isHoliday(hours.holidays, date)) return [];
  return hours.periods
    .filter(period => period.weekdays.some(weekday => weekday === date.dayOfWeek))
    .flatMap(period => slotsOfPeriod(period, date, grid))
    .sort((a, b) => a.startMs - b.startMs);
}

function slotsOfPeriod(period: OpeningPeriod, date: Temporal.PlainDate, grid: SlotGrid): Interval[] {
  const closeMs = wallMomentMs(date, period.to, grid.timezone);
  const slots: Interval[] = [];
  let startMs = wallMomentMs(date, period.from, grid.timezone);
  while (startMs + grid.durationMinutes * MINUTE_MS <= closeMs) {
    slots.push({ startMs, endMs: startMs + grid.durationMinutes * MINUTE_MS });
    startMs += grid.stepMinutes * MINUTE_MS;
  }
  return slots;
}

function isHoliday(holidays: readonly string[], date: Temporal.PlainDate): boolean {
  const day = date.toString();
  return holidays.some(holiday => holiday === day || holiday === day.slice(-5));
}
