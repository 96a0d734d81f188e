import { Temporal } from '../common/temporal.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** `00:00` … `23:59`, by minute of the day. */
const TIMES = Array.from({ length: 1_440 }, (_, minute) => `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`);

/** A stretch of time without a change of offset: `fromMs` included, `untilMs` not. */
interface OffsetSpan {
  fromMs: number;
  untilMs: number;
  offsetMs: number;
  /** As ISO 8601 writes it: `+08:00`. */
  suffix: string;
}

/**
 * `isoInZone` for the thousands of times of one month, about ten times as fast: asks for the zone's rules once a change of offset, and
 * for the calendar once a day. To the second.
 */
export class LocalClock {
  private readonly spans: OffsetSpan[] = [];
  private day = NaN;
  private dateOfDay = '';

  constructor(private readonly timezone: string) {}

  /** ISO 8601 with the offset of that moment: `2026-03-09T09:30:00+08:00`. */
  iso(ms: number): string {
    const span = this.spanAt(ms);
    const localMs = ms + span.offsetMs;
    const day = Math.floor(localMs / DAY_MS);
    const ofDayMs = localMs - day * DAY_MS;
    const seconds = Math.floor((ofDayMs % MINUTE_MS) / SECOND_MS);
    const time = TIMES[Math.floor(ofDayMs / MINUTE_MS)] ?? '';
    return `${this.dateOf(day)}T${time}:${seconds === 0 ? '00' : twoDigits(seconds)}${span.suffix}`;
  }

  private dateOf(day: number): string {
    if (day !== this.day) {
      this.day = day;
      this.dateOfDay = new Date(day * DAY_MS).toISOString().slice(0, 10);
    }
    return this.dateOfDay;
  }

  private spanAt(ms: number): OffsetSpan {
    for (const span of this.spans) {
      if (ms >= span.fromMs && ms < span.untilMs) return span;
    }
    const zoned = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(this.timezone);
    // The transition before is strictly before: a nanosecond later it includes one at this very instant.
    const fromMs = zoned.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds ?? -Infinity;
    const untilMs = zoned.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity;
    const span = { fromMs, untilMs, offsetMs: zoned.offsetNanoseconds / 1e6, suffix: zoned.offset };
    this.spans.push(span);
    return span;
  }
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
