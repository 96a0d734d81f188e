/** A free slot of some calendar. */
export interface Alternative {
  calendarId: string;
  startMs: number;
  endMs: number;
}

/**
 * The `limit` best instead of `taken`: the same calendar's before those of others, later ones before earlier ones, then the
 * nearest. Those of the same calendar that overlap it are none: whoever has it is about to take their time, too.
 */
export function bestAlternatives(free: readonly Alternative[], taken: Alternative, limit: number): Alternative[] {
  const rank = (slot: Alternative): number => (slot.calendarId === taken.calendarId ? 0 : 2) + (slot.startMs >= taken.startMs ? 0 : 1);
  const distance = (slot: Alternative): number => Math.abs(slot.startMs - taken.startMs);
  return free
    .filter(slot => slot.calendarId !== taken.calendarId || slot.startMs >= taken.endMs || slot.endMs <= taken.startMs)
    .sort((a, b) => rank(a) - rank(b) || distance(a) - distance(b))
    .slice(0, limit);
}
