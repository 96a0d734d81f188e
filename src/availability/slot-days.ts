import type { LocalClock } from './local-clock.js';
import type { MonthWindow } from './month.js';

/** A slot as the rules see it: instants in epoch milliseconds, and the seats the hospital offered or that are left. */
export interface OfferedSlot {
  startMs: number;
  endMs: number;
  seats: number;
}

/** So many seats of the slot that begins at `startMs` are claimed until `untilMs`, both in epoch milliseconds. Infinity: nothing ends them by itself. */
export interface ClaimCount {
  startMs: number;
  seats: number;
  untilMs: number;
}

export interface SlotOfDay {
  start: string;
  end: string;
  available: number;
}

export interface DayOfSlots {
  date: string;
  slots: SlotOfDay[];
}

/** The slots of the month with the seats that no claim holds at `now`, sorted by start; one without a seat left is dropped. */
export function freeSlots(
  offered: readonly OfferedSlot[],
  claims: readonly ClaimCount[],
  { fromMs, untilMs }: MonthWindow,
  now: Date,
): OfferedSlot[] {
  const claimed = new Map<number, number>();
  for (const claim of claims) {
    if (claim.untilMs > now.getTime()) claimed.set(claim.startMs, (claimed.get(claim.startMs) ?? 0) + claim.seats);
  }
  const free: OfferedSlot[] = [];
  for (const slot of offered) {
    const seats = slot.seats - (claimed.get(slot.startMs) ?? 0);
    if (seats > 0 && slot.startMs >= fromMs && slot.startMs < untilMs) free.push({ ...slot, seats });
  }
  return free.sort((a, b) => a.startMs - b.startMs);
}

/** When the first of the claims that count at `now` ends by itself, in epoch milliseconds; Infinity where none does. */
export function nextEndMs(claims: readonly ClaimCount[], now: Date): number {
  return claims.reduce((next, { untilMs }) => (untilMs > now.getTime() && untilMs < next ? untilMs : next), Infinity);
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
