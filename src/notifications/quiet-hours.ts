import { Temporal } from '../common/temporal.js';
import type { QuietHours } from '../facilities/facility.settings.js';
import type { NotificationSource } from './notification-state.js';

/** Quiet hours hold no message back beyond this, before the start: the patient must be able to act on it. */
const LATEST_BEFORE_START_MS = 12 * 3_600_000;

/** What decides when a message may go. */
export interface SendTimeQuestion {
  source: NotificationSource;
  /** Of the appointment; null: not known. */
  start: Date | null;
  quietHours: QuietHours | null;
  /** IANA, the facility's. */
  zone: string;
  now: Date;
}

/**
 * When a message may go: at once, or at the end of the quiet hours, but never later than 12 h before the start. What the patient has
 * just done by chat is answered at once, day and night.
 */
export function sendTime({ source, start, quietHours, zone, now }: SendTimeQuestion): Date {
  const end = source === 'chat' || !quietHours ? null : quietUntil(quietHours, zone, now);
  if (!end) return now;
  const latest = start === null ? end : new Date(start.getTime() - LATEST_BEFORE_START_MS);
  return new Date(Math.max(now.getTime(), Math.min(end.getTime(), latest.getTime())));
}

/** The end of the quiet hours that `now` lies in (`from` included, `to` not); null: it lies in none. */
export function quietUntil({ from, to }: QuietHours, zone: string, now: Date): Date | null {
  const local = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone);
  const clock = local.toPlainTime().toString({ smallestUnit: 'minute' });
  const isOverMidnight = from > to;
  const isQuiet = isOverMidnight ? clock >= from || clock < to : clock >= from && clock < to;
  if (!isQuiet) return null;
  const day = isOverMidnight && clock >= from ? local.toPlainDate().add({ days: 1 }) : local.toPlainDate();
  // A time of day that the change to summer time skips is as much later as the gap is long.
  return new Date(day.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(to) }).epochMilliseconds);
}
