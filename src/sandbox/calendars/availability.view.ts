import { zonedWriter } from '../clinic/local-time.js';
import type { OfferedSlot } from '../clinic/slot-offer.js';
import type { Dialect } from '../http/dialect.js';

/** One slot of the flat list (snake dialect). Date-times carry the offset of the calendar's zone. */
export interface FlatSlotView {
  start: string;
  end: string;
  slotsAvailable: number;
}

/** One day with its slots (camel dialect); days without a slot are left out. */
export interface DayView {
  date: string;
  slots: { start: string; end: string; available: number }[];
}

/** Hospitals answer availability in one shape or the other; each dialect has one, so that the hub meets both. */
export function availabilityView(slots: readonly OfferedSlot[], timezone: string, dialect: Dialect): FlatSlotView[] | DayView[] {
  const write = zonedWriter(timezone);
  const flat = slots.map(slot => ({
    start: write(slot.startMs),
    end: write(slot.endMs),
    slotsAvailable: slot.available,
  }));
  switch (dialect) {
    case 'snake':
    case 'numeric':
    case 'local':
    case 'acuity':
      return flat;
    case 'camel':
      return [...Map.groupBy(flat, slot => slot.start.slice(0, 10))].map(([date, ofDay]) => ({
        date,
        slots: ofDay.map(({ start, end, slotsAvailable }) => ({ start, end, available: slotsAvailable })),
      }));
  }
}
