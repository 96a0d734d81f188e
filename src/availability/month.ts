import { Temporal } from '../common/temporal.js';

/** The last month that this API answers for: see `IsMonth`. */
export const LAST_MONTH = '2199-12';

/** A month of one zone as instants: `fromMs` included, `untilMs` not. */
export interface MonthWindow {
  fromMs: number;
  untilMs: number;
}

/** From the first moment of a month `YYYY-MM` in the zone to the first of the next. Throws `RangeError` for no month or no zone. */
export function monthWindow(month: string, timezone: string): MonthWindow {
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
  return {
    fromMs: first.toZonedDateTime(timezone).epochMilliseconds,
    untilMs: first.add({ months: 1 }).toZonedDateTime(timezone).epochMilliseconds,
  };
}

/** Whether nothing of the month is left in the zone. */
export function isPastMonth(month: string, timezone: string, now: Date): boolean {
  return month < monthOf(now, timezone);
}

/** The month `YYYY-MM` that the zone's calendar shows at an instant. */
export function monthOf(instant: Date, timezone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timezone).toPlainDate().toPlainYearMonth().toString();
}

export function nextMonth(month: string): string {
  return Temporal.PlainYearMonth.from(month).add({ months: 1 }).toString();
}
