import { LRUCache } from 'lru-cache';

interface Formats {
  date: Intl.DateTimeFormat;
  time: Intl.DateTimeFormat;
}

/** Making a format costs far more than using it. */
const formatsByPlace = new LRUCache<string, Formats>({ max: 500 });

/**
 * The weekday and date, and the time of day, that the clocks of a place show: `Monday, March 9, 2026` and `3:05 PM`. `locale`: BCP 47,
 * `zone`: IANA; throws `RangeError` for what is neither.
 */
export function dateAndTime(instant: Date, zone: string, locale: string): { date: string; time: string } {
  const { date, time } = formatsOf(zone, locale);
  return { date: date.format(instant), time: time.format(instant) };
}

/** Whether dates can be written in it. */
export function hasDates(locale: string): boolean {
  return Intl.DateTimeFormat.supportedLocalesOf(locale).length > 0;
}

function formatsOf(timeZone: string, locale: string): Formats {
  const key = `${locale} ${timeZone}`;
  const known = formatsByPlace.get(key);
  if (known) return known;
  const { hourCycle } = new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions();
  // Midnight is 00:00, and morning 09:30, where the clock has 24 hours.
  const hour = hourCycle === 'h23' ? '2-digit' : 'numeric';
  const formats = {
    date: new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone }),
    time: new Intl.DateTimeFormat(locale, { hour, minute: '2-digit', timeZone }),
  };
  formatsByPlace.set(key, formats);
  return formats;
}
