import { isId } from '../common/ids.js';
import { Temporal } from '../common/temporal.js';
import type { Gender } from '../contacts/contact-details.js';
import { DAY_MS, readDate, readDateTime } from '../schedulers/botmd/date-time.js';
import { readId } from '../schedulers/botmd/fields.js';
import { ZoneClock } from '../schedulers/botmd/zone-offsets.js';

/** How hospitals write the values of an event. Each reader answers null for what is no such value, and never throws. */

/** Characters; the columns and the API hold as many. */
const MAX_ID = 200;
const MAX_PHONE = 50;
const MAX_EMAIL = 254;

const EARLIEST_MS = Date.UTC(1900, 0, 1);
const LATEST_MS = Date.UTC(2200, 0, 1);
/** Of a bare number: no event of a hospital is older, and a date that is written as a number (20261001) is far below it. */
const EARLIEST_EPOCH_MS = Date.UTC(2000, 0, 1);
/** Seconds have ten digits until the year 2286, milliseconds twelve and more since 1973. */
const LEAST_EPOCH_MILLISECONDS = 1e10;

const GENDERS = new Map<string, Gender>([
  ['m', 'male'],
  ['male', 'male'],
  ['f', 'female'],
  ['female', 'female'],
  ['o', 'other'],
  ['other', 'other'],
  ['u', 'unknown'],
  ['unknown', 'unknown'],
]);

/** Text or a whole number that a double holds exactly. One that is cut or cleaned would be somebody else's: then it is none. */
export function readEventId(written: unknown): string | null {
  const id = readId(written);
  return id === null || id.length > MAX_ID || /\p{Cc}/u.test(id) ? null : id;
}

/** One line of at most `maxLength` characters, cut; without control characters and halves of surrogate pairs, which PostgreSQL refuses. */
export function readEventText(written: unknown, maxLength: number): string | null {
  if (typeof written !== 'string' && (typeof written !== 'number' || !Number.isFinite(written))) return null;
  const line = String(written)
    .replace(/[\s\p{Cc}\p{Cs}]+/gu, run => (/\s/.test(run) ? ' ' : ''))
    .trim();
  // The cut may go through the middle of a pair.
  const text = line
    .slice(0, maxLength)
    .replace(/\p{Cs}$/u, '')
    .trimEnd();
  return text === '' ? null : text;
}

/** A name is text: a number in its place is some other field's. */
export function readPersonName(written: unknown, maxLength: number): string | null {
  return typeof written === 'string' ? readEventText(written, maxLength) : null;
}

/** As it was given. A longer one is none: cut, it would be another number. */
export function readPhoneText(written: unknown): string | null {
  const phone = readEventText(written, MAX_PHONE + 1);
  return phone === null || phone.length > MAX_PHONE ? null : phone;
}

export function readEmail(written: unknown): string | null {
  const email = typeof written === 'string' ? readEventText(written, MAX_EMAIL + 1) : null;
  return email !== null && email.length <= MAX_EMAIL && /^[^\s@]+@[^\s@]+$/.test(email) ? email : null;
}

export function readGender(written: unknown): Gender | null {
  return typeof written === 'string' ? (GENDERS.get(written.trim().toLowerCase()) ?? null) : null;
}

/** `YYYY-MM-DD`, not after the day of `receivedAt` anywhere on earth; in any other form nobody knows which number is the month. */
export function readDateOfBirth(written: unknown, receivedAt: Date): string | null {
  const text = typeof written === 'string' ? written.trim() : '';
  const ms = readDate(text);
  return ms !== null && ms <= receivedAt.getTime() + DAY_MS ? text : null;
}

/** The hub's own id of an appointment; what is none of its ids was not given by the hub. */
export function readExternalReference(written: unknown): string | null {
  const id = typeof written === 'string' ? written.trim().toLowerCase() : '';
  return isId(id) ? id : null;
}

/**
 * ISO 8601 date and time of the years 1900 to 2199. Without offset it is local to `zone()`: of a time that occurs twice the first, and
 * one that daylight saving skips is as much later as the clocks were put forward (RFC 5545, 3.3.5; Temporal's `compatible`).
 */
export function readMoment(written: unknown, zone: () => string): Date | null {
  const local = typeof written === 'string' ? readDateTime(written.trim()) : null;
  if (local === null || !isWithin(local.localMs, EARLIEST_MS, LATEST_MS)) return null;
  const ms = local.offsetMs === null ? instantOf(local.localMs, zone()) : local.localMs - local.offsetMs;
  return isWithin(ms, EARLIEST_MS, LATEST_MS) ? new Date(ms) : null;
}

/** The same, or the seconds or milliseconds since 1970 as a number or its digits, from the year 2000 on. */
export function readOccurrence(written: unknown, zone: () => string): Date | null {
  const epoch = typeof written === 'string' && /^\s*\d{9,14}(\.\d{1,9})?\s*$/.test(written) ? Number(written) : written;
  if (typeof epoch !== 'number') return readMoment(written, zone);
  const ms = Math.trunc(epoch < LEAST_EPOCH_MILLISECONDS ? epoch * 1_000 : epoch);
  return isWithin(ms, EARLIEST_EPOCH_MS, LATEST_MS) ? new Date(ms) : null;
}

function instantOf(localMs: number, zone: string): number {
  const [first] = new ZoneClock(zone).instantsOf(localMs);
  if (first !== undefined) return first;
  const skipped = Temporal.Instant.fromEpochMilliseconds(localMs).toZonedDateTimeISO('UTC').toPlainDateTime();
  return skipped.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
}

function isWithin(ms: number, fromMs: number, untilMs: number): boolean {
  return ms >= fromMs && ms < untilMs;
}
