/** Dates and times as upstreams spell them, read digit by digit: a month has thousands, and a date object for each is too slow. */

/** `localMs` is the wall clock as if it were UTC; `offsetMs` is null where the text names no offset. */
export interface WrittenDateTime {
  localMs: number;
  offsetMs: number | null;
}

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The rarer spellings: `9:30`, `T09:30:00`. */
const TIME_OF_DAY = /^(\d:\d\d|[Tt]\d\d:\d\d.*)$/;
/** `2026-03-09` as milliseconds of its midnight, as if it were UTC; null for anything else, `2026-02-30` included. */
export function readDate(text: unknown): number | null {
  return typeof text === 'string' && text.length === 10 ? dateAt(text) : null;
}

/** `09:30`, `9:30` or `09:30:00` as milliseconds since midnight; null for anything else (`25:00`, `1:30 PM`). */
export function readTimeOfDay(text: unknown): number | null {
  if (typeof text !== 'string') return null;
  const written =
    text[2] === ':' ? clockAt(text, 0) : TIME_OF_DAY.test(text) ? clockAt(text.replace(/^[Tt]/, '').padStart(5, '0'), 0) : null;
  return written?.offsetMs === null ? written.localMs : null;
}

/** ISO 8601 date and time, offset `Z`, `+08:00`, `+0800`, `+08` or none; null for anything else. */
export function readDateTime(text: unknown): WrittenDateTime | null {
  if (typeof text !== 'string' || text.length < 16) return null;
  const separator = text[10];
  if (separator !== 'T' && separator !== ' ' && separator !== 't') return null;
  const date = dateAt(text);
  const clock = date === null ? null : clockAt(text, 11);
  return date === null || clock === null ? null : { localMs: date + clock.localMs, offsetMs: clock.offsetMs };
}

const EARLIEST_MS = Date.UTC(1900, 0, 1);
const LATEST_MS = Date.UTC(2200, 0, 1);

/** The instant, for a text that names its offset and is of these centuries; null for anything else. */
export function readInstant(text: unknown): Date | null {
  const written = readDateTime(text);
  if (typeof written?.offsetMs !== 'number') return null;
  const ms = written.localMs - written.offsetMs;
  return ms >= EARLIEST_MS && ms < LATEST_MS ? new Date(ms) : null;
}

/** The date that the text begins with. */
function dateAt(text: string): number | null {
  const year = number(text, 0, 4);
  const month = number(text, 5, 2);
  const day = number(text, 8, 2);
  const isDate = text[4] === '-' && text[7] === '-' && year >= 1900 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  if (!isDate) return null;
  const ms = Date.UTC(year, month - 1, day);
  // Only the last days of a month can roll over into the next.
  return day <= 28 || new Date(ms).getUTCDate() === day ? ms : null;
}

/** `HH:mm`, `HH:mm:ss` or `HH:mm:ss.fff`, and perhaps an offset, from a position to the end. */
function clockAt(text: string, from: number): WrittenDateTime | null {
  const hours = number(text, from, 2);
  const minutes = number(text, from + 3, 2);
  if (text[from + 2] !== ':' || !(hours <= 23 && minutes <= 59)) return null;
  let end = from + 5;
  let clockMs = hours * HOUR_MS + minutes * MINUTE_MS;
  if (text[end] === ':') {
    const seconds = number(text, end + 1, 2);
    if (!(seconds <= 59)) return null;
    const digits = text[end + 3] === '.' || text[end + 3] === ',' ? digitsFrom(text, end + 4) : 0;
    clockMs += seconds * 1_000 + (digits === 0 ? 0 : Math.trunc(Number(`0.${text.slice(end + 4, end + 4 + digits)}`) * 1_000));
    end += digits === 0 ? 3 : 4 + digits;
  }
  const offsetMs = offsetAt(text, text[end] === ' ' ? end + 1 : end);
  return Number.isNaN(offsetMs) ? null : { localMs: clockMs, offsetMs };
}

/** What stands from here to the end: null for nothing, NaN for no offset that any place on earth has. */
function offsetAt(text: string, from: number): number | null {
  if (from === text.length) return null;
  const sign = text[from];
  if (sign === 'Z' || sign === 'z') return from + 1 === text.length ? 0 : NaN;
  if (sign !== '+' && sign !== '-') return NaN;
  const hours = number(text, from + 1, 2);
  const minutesFrom = text[from + 3] === ':' ? from + 4 : from + 3;
  const minutes = text.length === from + 3 ? 0 : text.length === minutesFrom + 2 ? number(text, minutesFrom, 2) : NaN;
  return hours <= 18 && minutes <= 59 ? (sign === '-' ? -1 : 1) * (hours * HOUR_MS + minutes * MINUTE_MS) : NaN;
}

/** How many digits stand from here on. */
function digitsFrom(text: string, from: number): number {
  let end = from;
  while (!Number.isNaN(number(text, end, 1))) end++;
  return end - from;
}

/** So many digits as a number; NaN where there are others. */
function number(text: string, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    value = value * 10 + digit;
  }
  return value;
}
