import { LRUCache } from 'lru-cache';
import { Temporal } from '../../common/temporal.js';
import { DAY_MS } from './date-time.js';

/** A stretch of time during which a zone keeps one offset: `fromMs` included, `untilMs` not. */
interface OffsetSpan {
  fromMs: number;
  untilMs: number;
  offsetMs: number;
}

/** A year of a zone: the stretch in which its spans answer, and the spans, two days wider on both sides. */
interface ZoneYear {
  fromMs: number;
  untilMs: number;
  spans: OffsetSpan[];
}

const zoneYears = new LRUCache<string, ZoneYear>({ max: 1_000 });

/**
 * One zone's wall clock. A year has one to three spans of one offset, so a month's slots need no date object each; an instance
 * keeps the last year at hand and belongs to one reading.
 */
export class ZoneClock {
  private year: ZoneYear = { fromMs: 0, untilMs: 0, spans: [] };

  constructor(private readonly timezone: string) {}

  /**
   * The instants at which the wall clock shows `localMs` (the wall clock as if it were UTC), earliest first: one as a rule, none
   * where daylight saving skips it, two where it occurs twice.
   */
  instantsOf(localMs: number): number[] {
    const instants: number[] = [];
    for (const span of this.spansAround(localMs)) {
      const instant = localMs - span.offsetMs;
      if (instant >= span.fromMs && instant < span.untilMs) instants.push(instant);
    }
    return instants;
  }

  /** The wall clock at an instant, as if it were UTC. */
  localOf(instantMs: number): number {
    const span = this.spansAround(instantMs).find(s => instantMs >= s.fromMs && instantMs < s.untilMs);
    return instantMs + (span?.offsetMs ?? 0);
  }

  private spansAround(ms: number): OffsetSpan[] {
    if (ms < this.year.fromMs || ms >= this.year.untilMs) this.year = zoneYear(this.timezone, new Date(ms).getUTCFullYear());
    return this.year.spans;
  }
}

/** The first and the first-no-more instant of a month `YYYY-MM` in the zone. Throws `RangeError` for no month or no zone. */
export function monthBounds(month: string, timezone: string): { fromMs: number; untilMs: number } {
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
  return {
    fromMs: first.toZonedDateTime(timezone).epochMilliseconds,
    untilMs: first.add({ months: 1 }).toZonedDateTime(timezone).epochMilliseconds,
  };
}

/** An instant in ISO 8601 with the zone's offset, to the second: `2026-03-09T09:30:00+08:00`. */
export function writeDateTime(instant: Date, timezone: string): string {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timezone);
  return zoned.toString({ timeZoneName: 'never', smallestUnit: 'second' });
}

/** The zone's name in its usual case where it is one of the IANA database, else null (`GMT+8`, `+08:00`, `Manila`). */
export function readTimezone(name: string): string | null {
  if (!/^[A-Za-z]/.test(name)) return null;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
  } catch {
    return null;
  }
}

function zoneYear(timezone: string, year: number): ZoneYear {
  const key = `${timezone}|${year}`;
  const known = zoneYears.get(key);
  if (known) return known;
  const fromMs = Date.UTC(year, 0, 1);
  const untilMs = Date.UTC(year + 1, 0, 1);
  const made = { fromMs, untilMs, spans: computeSpans(timezone, fromMs - 2 * DAY_MS, untilMs + 2 * DAY_MS) };
  zoneYears.set(key, made);
  return made;
}

function computeSpans(timezone: string, fromMs: number, untilMs: number): OffsetSpan[] {
  const spans: OffsetSpan[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(timezone);
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    const spanUntilMs = Math.min(next?.epochMilliseconds ?? untilMs, untilMs);
    spans.push({ fromMs: at.epochMilliseconds, untilMs: spanUntilMs, offsetMs: at.offsetNanoseconds / 1e6 });
    if (next === null || spanUntilMs >= untilMs) return spans;
    at = next;
  }
}
