import { LRUCache } from 'lru-cache';
import { Temporal } from './temporal.js';

/** A stretch of time in which a zone keeps one offset: `fromMs` included, `untilMs` not. */
interface OffsetSpan {
  fromMs: number;
  untilMs: number;
  offsetMs: number;
  /** `+08:00` */
  suffix: string;
}

const MINUTE_MS = 60_000;
/** Of one zone; a zone with daylight saving has two a year. */
const MAX_SPANS = 50;
const spansByZone = new LRUCache<string, OffsetSpan[]>({ max: 600 });

/**
 * An instant in ISO 8601 with the zone's offset, milliseconds only where there are some: `2026-03-09T09:30:00+08:00`.
 * Throws `RangeError` for no IANA zone.
 */
export function isoInZone(date: Date, timezone: string): string {
  const { offsetMs, suffix } = spanAt(date.getTime(), timezone);
  const local = new Date(date.getTime() + offsetMs).toISOString();
  return `${local.slice(0, local.endsWith('.000Z') ? -5 : -1)}${suffix}`;
}

/** Asking the zone's rules costs far more than the rest; few spans answer for all times of one response. */
function spanAt(ms: number, timezone: string): OffsetSpan {
  const spans = spansByZone.get(timezone) ?? [];
  const known = spans.find(span => ms >= span.fromMs && ms < span.untilMs);
  if (known) return known;
  const span = computeSpan(ms, timezone);
  spansByZone.set(timezone, [span, ...spans].slice(0, MAX_SPANS));
  return span;
}

function computeSpan(ms: number, timezone: string): OffsetSpan {
  const at = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timezone);
  // The transition before is strictly before: a nanosecond later it includes one at this very instant.
  const from = at.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  const until = at.getTimeZoneTransition('next');
  // Local mean times of before 1900 have seconds; ISO 8601 offsets have none. Rounded for both, the instant stays exact.
  const offsetMinutes = Math.round(at.offsetNanoseconds / 60e9);
  return {
    fromMs: from?.epochMilliseconds ?? -Infinity,
    untilMs: until?.epochMilliseconds ?? Infinity,
    offsetMs: offsetMinutes * MINUTE_MS,
    suffix: suffixOf(offsetMinutes),
  };
}

function suffixOf(offsetMinutes: number): string {
  const size = Math.abs(offsetMinutes);
  const twoDigits = (value: number): string => String(value).padStart(2, '0');
  return `${offsetMinutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`;
}
