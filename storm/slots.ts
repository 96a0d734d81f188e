/** What the clinic offers: a slot each quarter of an hour from 08:00 to 18:00 on two calendars, in Manila, in a year far from now. */
export const CLINIC_CALENDARS = ['room-1', 'room-2'] as const;
export const CLINIC_TYPE = 'visit';

const A_DAY = 40;
const FIRST_DAY = Date.UTC(2035, 2, 5);
const DAY_MS = 86_400_000;
/** 08:00 in Manila, in UTC. */
const OPENS_MS = 0;
const SLOT_MS = 15 * 60_000;

export interface Slot {
  calendar: string;
  startMs: number;
}

/** Each number is another one. */
export function slotOf(n: number): Slot {
  const calendar = CLINIC_CALENDARS[n % CLINIC_CALENDARS.length] ?? '';
  const inCalendar = Math.floor(n / CLINIC_CALENDARS.length);
  const day = Math.floor(inCalendar / A_DAY);
  return { calendar, startMs: FIRST_DAY + day * DAY_MS + OPENS_MS + (inCalendar % A_DAY) * SLOT_MS };
}

/** All starts of a month (`YYYY-MM`). */
export function startsOf(month: string): number[] {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const [from, until] = [Date.UTC(year, number - 1, 1), Date.UTC(year, number, 1)];
  const days = Array.from({ length: (until - from) / DAY_MS }, (_, i) => from + i * DAY_MS);
  return days.filter(day => day >= FIRST_DAY).flatMap(day => Array.from({ length: A_DAY }, (_, i) => day + OPENS_MS + i * SLOT_MS));
}

/** The clinic's zone has no daylight saving. */
export function inManila(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().replace('.000Z', '+08:00');
}
