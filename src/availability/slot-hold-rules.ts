/** How long a hold keeps its seat. */
export const HOLD_MS = 5 * 60_000;

/** How many holds of one API key may be open in one facility. */
export const MAX_OPEN_HOLDS = 200;

/** Long enough for a late booking to be told what became of its hold. */
export const KEPT_AFTER_END_MS = 24 * 3_600_000;

/** What is booked, or held. The type too: it decides how long the slot is. */
export interface HeldSlot {
  calendarId: string;
  appointmentTypeId: string;
  startAt: Date;
}

/** The fields, as the API names them, in which a booking differs from the hold that it names. */
export function differingFields(held: HeldSlot, wanted: HeldSlot): string[] {
  const isSame: Record<string, boolean> = {
    calendarId: held.calendarId === wanted.calendarId,
    appointmentTypeId: held.appointmentTypeId === wanted.appointmentTypeId,
    start: held.startAt.getTime() === wanted.startAt.getTime(),
  };
  return Object.keys(isSame).filter(field => !isSame[field]);
}
