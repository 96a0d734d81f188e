/** A stretch of absolute time in epoch milliseconds, half open: the start belongs to it, the end does not. */
export interface Interval {
  startMs: number;
  endMs: number;
}

/** Whether two stretches share any moment. Adjacent ones (one ends as the other starts) do not. */
export function overlaps(a: Interval, b: Interval): boolean {
  return a.startMs < b.endMs && b.startMs < a.endMs;
}

/**
 * The most of `others` that run at the same moment inside `within`. Counting every overlap would be wrong: two short visits, one after
 * the other, overlap a long slot twice but take one seat.
 */
export function peakOverlap(within: Interval, others: readonly Interval[]): number {
  const inside = others.filter(other => overlaps(within, other));
  // The number only ever rises where one of them starts, so those moments are all that need counting.
  const peaks = inside.map(({ startMs }) => {
    const momentMs = Math.max(startMs, within.startMs);
    return inside.filter(other => other.startMs <= momentMs && momentMs < other.endMs).length;
  });
  return Math.max(0, ...peaks);
}

/** Seats of a slot that are still free; never below zero, as staff may lower a calendar's seats under what is booked. */
export function seatsLeft(slot: Interval, booked: readonly Interval[], seats: number): number {
  return Math.max(0, seats - peakOverlap(slot, booked));
}
