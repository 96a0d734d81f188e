import { Temporal } from '../common/temporal.js';
import type { QuietHours } from '../facilities/facility.settings.js';
import { quietUntil } from './quiet-hours.js';

/** The day of a moment at the facility, `YYYY-MM-DD`, and when the next one begins. */
export function spendingDay(now: Date, zone: string): { day: string; endsAt: Date } {
  const date = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  return { day: date.toString(), endsAt: new Date(date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds) };
}

export interface HeldMessage {
  /** Of the appointment; null: not known. */
  start: Date | null;
  quietHours: QuietHours | null;
  /** IANA, the facility's. */
  zone: string;
  now: Date;
}

/**
 * Until when a message waits for which no SMS is left today: until the next day, and not in the night of that, unless the appointment
 * begins before. null: it begins today, so that the patient would be told too late.
 */
export function untilNextDay({ start, quietHours, zone, now }: HeldMessage): Date | null {
  const { endsAt } = spendingDay(now, zone);
  const isAhead = (time: Date): boolean => start === null || start > time;
  if (!isAhead(endsAt)) return null;
  const morning = quietHours && quietUntil(quietHours, zone, endsAt);
  return morning && isAhead(morning) ? morning : endsAt;
}
