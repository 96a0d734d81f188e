import type { LocalClock } from './local-clock.js';
import type { MonthWindow } from './month.js';

/** A slot as the rules see it: instants in epoch milliseconds, and the seats the hospital offered or that are left. */
export interface OfferedSlot {
  startMs: number;
  endMs: number;
  seats: number;
}

/** How many seats of a slot are claimed, by its start in epoch milliseconds. */
export type ClaimCounts = ReadonlyMap<number, number>;

export interface SlotOfDay {
  start: string;
  end: string;
  available: number;
}

export interface DayOfSlots {
  date: string;
  slots: SlotOfDay[];
}

/** The slots of the month with the seats that no live claim holds, sorted by start; one without a seat left is dropped. */
export function freeSlots(offered: readonly OfferedSlot[], claims: ClaimCounts, window: MonthWindow): OfferedSlot[] {
  const free: OfferedSlot[] = [];
  for (const slot of offered) {
    const seats = slot.seats - (claims.get(slot.startMs) ?? 0);
    if (seats > 0 && slot.startMs >= window.fromMs && slot.startMs < window.untilMs) free.push({ ...slot, seats });
  }
  return free.sort((a, b) => a.startMs - b.startMs);
}

/** Those that begin after `now`; the others can be booked no more. */
export function upcomingSlots(sorted: readonly OfferedSlot[], now: Date): readonly OfferedSlot[] {
  const first = sorted.findIndex(slot => slot.startMs > now.getTime());
  return first === -1 ? [] : sorted.slice(first);
}

/** By local date, both in order of time; the two 01:30 of a day whose clock is set back differ by their offset. */
export function slotDays(sorted: readonly OfferedSlot[], clock: LocalClock): DayOfSlots[] {
  const days = new Map<string, DayOfSlots>();
  for (const slot of sorted) {
    const local = toSlotOfDay(slot, clock);
    const date = local.start.slice(0, 10);
    const day = days.get(date);
    if (day) day.slots.push(local);
    else days.set(date, { date, slots: [local] });
  }
  return [...days.values()];
}

export function toSlotOfDay(slot: OfferedSlot, clock: LocalClock): SlotOfDay {
  return { start: clock.iso(slot.startMs), end: clock.iso(slot.endMs), available: slot.seats };
}
