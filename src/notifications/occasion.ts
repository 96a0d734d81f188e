/**
 * What a patient is told of, once: the key of a ledger row within its appointment. `r3`: its revision 3. `not-booked`: that it did
 * not come about. `reminder:1440:2026-03-09T01:30:00.000Z`: so many minutes before that start.
 */
export function occasionOfRevision(revision: number): string {
  return `r${revision}`;
}

export const NOT_BOOKED_OCCASION = 'not-booked';

export function occasionOfReminder(minutesBefore: number, start: Date): string {
  return `reminder:${minutesBefore}:${start.toISOString()}`;
}

/** The start that a reminder was made for; null: the occasion is no reminder's. */
export function startOfReminder(occasion: string): Date | null {
  const [, text] = /^reminder:\d+:(.+)$/.exec(occasion) ?? [];
  return text === undefined ? null : new Date(text);
}
