import { Temporal } from '../../common/temporal.js';

/** ISO 8601 with date, time and an offset (`+08:00`, `+0800`, `Z`): a date-time without offset names no moment and is refused. */
const INSTANT_PATTERN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;

/** Epoch milliseconds of an ISO date-time with offset; null where it is none (`2026-02-30T…` included). */
export function parseInstant(text: string): number | null {
  if (!INSTANT_PATTERN.test(text)) return null;
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    return null;
  }
}

/** `2026-11-01T01:30:00-05:00`: the moment as the zone's clocks show it, with the offset then in force. */
export function zonedText(epochMs: number, timezone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(epochMs).toString({ timeZone: timezone, smallestUnit: 'second' });
}

/**
 * Writes many moments as `zonedText` does. Asking Temporal for each costs ten times the rest of a month's answer, so the offset is asked
 * for once per stretch between two clock changes.
 */
export function zonedWriter(timezone: string): (epochMs: number) => string {
  let stretch = { fromMs: 0, endMs: 0, offsetMs: 0, offset: '' };
  return epochMs => {
    const isInStretch = epochMs >= stretch.fromMs && epochMs < stretch.endMs;
    if (!isInStretch) stretch = stretchFrom(epochMs, timezone);
    return new Date(epochMs + stretch.offsetMs).toISOString().slice(0, 19) + stretch.offset;
  };
}

function stretchFrom(epochMs: number, timezone: string) {
  const moment = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timezone);
  const endMs = moment.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity;
  return { fromMs: epochMs, endMs, offsetMs: moment.offsetNanoseconds / 1_000_000, offset: moment.offset };
}

/** `2026-11-01T06:30:00.123Z` */
export function utcText(epochMs: number): string {
  return Temporal.Instant.fromEpochMilliseconds(epochMs).toString({ smallestUnit: 'millisecond' });
}

/** The date that the zone's calendars show at that moment. */
export function localDate(epochMs: number, timezone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timezone).toPlainDate();
}

/** The first moment of a local date; not always 00:00, as some zones change their clocks at midnight. */
export function startOfDayMs(date: Temporal.PlainDate, timezone: string): number {
  return date.toZonedDateTime(timezone).epochMilliseconds;
}

/**
 * When the wall clock of `timezone` shows `wallTime` (`HH:MM`, `24:00` for the end of the day) on `date`, in epoch milliseconds.
 *
 * A time that occurs twice (clocks go back) is its first occurrence. A time that is skipped (clocks go forward) is the jump itself:
 * who opens at 02:30 on the day without a 02:30 opens as the clock jumps to 03:00.
 */
export function wallMomentMs(date: Temporal.PlainDate, wallTime: string, timezone: string): number {
  const isEndOfDay = wallTime === '24:00';
  if (isEndOfDay) return startOfDayMs(date.add({ days: 1 }), timezone);
  const wall = date.toPlainDateTime(Temporal.PlainTime.from(wallTime));
  const before = wall.toZonedDateTime(timezone, { disambiguation: 'earlier' });
  const isSkipped = !before.toPlainDateTime().equals(wall);
  if (!isSkipped) return before.epochMilliseconds;
  return (before.getTimeZoneTransition('next') ?? before).epochMilliseconds;
}
