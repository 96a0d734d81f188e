import type { Bookable } from '../calendars/bookable.js';

/** Which month is asked for: the unit that is read, kept and dropped. */
export interface MonthKey {
  facilityId: string;
  calendarId: string;
  appointmentTypeId: string;
  /** `YYYY-MM`, in the calendar's zone. */
  month: string;
}

export function keyOf(bookable: Bookable, month: string): MonthKey {
  const { facilityId, calendarId, appointmentTypeId } = bookable;
  return { facilityId, calendarId, appointmentTypeId, month };
}

/** As one string, for maps. */
export function textOf(key: MonthKey): string {
  return `${key.facilityId}|${key.calendarId}|${key.appointmentTypeId}|${key.month}`;
}
