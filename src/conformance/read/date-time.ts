import { Temporal } from '../../common/temporal.js';

export interface ReadMoment {
  epochMs: number;
  /** Whether the text named an offset. */
  hasOffset: boolean;
  /** Whether that offset is the zone's at that moment; true where none is named. `Z` always is: it says the moment, not the wall clock. */
  isZonesOffset: boolean;
}

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s?(Z|z|[+-]\d{2}(?::?\d{2})?)?$/;

/** An ISO date-time, or null for none; without offset it is of the zone. */
export function readMoment(text: string, timezone: string): ReadMoment | null {
  const [, date, time, offset] = DATE_TIME.exec(text) ?? [];
  if (date === undefined || time === undefined) return null;
  try {
    if (offset === undefined) {
      const local = Temporal.PlainDateTime.from(`${date}T${time}`, { overflow: 'reject' });
      return { epochMs: local.toZonedDateTime(timezone).epochMilliseconds, hasOffset: false, isZonesOffset: true };
    }
    const instant = Temporal.Instant.from(`${date}T${time}${spelledOut(offset)}`);
    const isZulu = offset.toUpperCase() === 'Z';
    const isZonesOffset = isZulu || instant.toZonedDateTimeISO(timezone).offset === spelledOut(offset);
    return { epochMs: instant.epochMilliseconds, hasOffset: true, isZonesOffset };
  } catch {
    return null;
  }
}

/** As the hub sends it: with the offset of the zone. */
export function writtenInZone(epochMs: number, timezone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(epochMs).toString({ timeZone: timezone, smallestUnit: 'second' });
}

/** `2026-10` of that moment in the zone. */
export function monthOf(epochMs: number, timezone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timezone).toPlainDate().toPlainYearMonth().toString();
}

export function monthAfter(month: string, months: number): string {
  return Temporal.PlainYearMonth.from(month).add({ months }).toString();
}

/** `+0800` and `+08` as `+08:00`. */
function spelledOut(offset: string): string {
  if (offset.length === 1) return 'Z';
  const digits = offset.slice(1).replace(':', '').padEnd(4, '0');
  return `${offset.slice(0, 1)}${digits.slice(0, 2)}:${digits.slice(2)}`;
}
