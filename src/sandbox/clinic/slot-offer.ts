import { Temporal } from '../../common/temporal.js';
import { bookableWindow } from './booking-policy.js';
import type { ClinicCalendar } from './clinic.js';
import { overlaps, seatsLeft, type Interval } from './interval.js';
import { localDate, startOfDayMs } from './local-time.js';
import { slotsOfDay, type SlotGrid } from './opening-hours.js';

/** One kind of visit at one calendar, with the zone and duration already decided. */
export interface Offer {
  calendar: ClinicCalendar;
  timezone: string;
  durationMinutes: number;
}

export interface OfferedSlot extends Interval {
  /** Seats left, at least 1. */
  available: number;
}

/** The slots of a month (`YYYY-MM`, of the calendar's zone) that may be booked at `nowMs`, in order. `booked` are the calendar's visits. */
export function offeredSlots(offer: Offer, month: string, nowMs: number, booked: readonly Interval[]): OfferedSlot[] {
  const window = bookableWindow(offer.calendar.policy, nowMs, offer.timezone);
  return bookableDates(offer, month, nowMs).flatMap(date => {
    const day = { startMs: startOfDayMs(date, offer.timezone), endMs: startOfDayMs(date.add({ days: 1 }), offer.timezone) };
    const bookedThatDay = booked.filter(visit => overlaps(day, visit));
    return slotsOfDay(offer.calendar.hours, date, gridOf(offer))
      .filter(slot => slot.startMs >= window.earliestMs && slot.startMs < window.endMs)
      .map(slot => ({ ...slot, available: seatsLeft(slot, bookedThatDay, offer.calendar.seats) }))
      .filter(slot => slot.available > 0);
  });
}

/** Whether a visit may start at that very moment by opening hours and grid; who else is booked does not matter. */
export function isOnGrid(offer: Offer, startMs: number): boolean {
  const slots = slotsOfDay(offer.calendar.hours, localDate(startMs, offer.timezone), gridOf(offer));
  return slots.some(slot => slot.startMs === startMs);
}

/** The month's dates between today and the last that may be booked: a month far away costs nothing. */
function bookableDates(offer: Offer, month: string, nowMs: number): Temporal.PlainDate[] {
  const today = localDate(nowMs, offer.timezone);
  const lastBookable = today.add({ days: offer.calendar.policy.maxDaysInAdvance });
  const yearMonth = Temporal.PlainYearMonth.from(month);
  return Array.from({ length: yearMonth.daysInMonth }, (_, index) => yearMonth.toPlainDate({ day: index + 1 })).filter(
    date => Temporal.PlainDate.compare(date, today) >= 0 && Temporal.PlainDate.compare(date, lastBookable) <= 0,
  );
}

function gridOf({ calendar, timezone, durationMinutes }: Offer): SlotGrid {
  return { timezone, durationMinutes, stepMinutes: calendar.stepMinutes };
}
