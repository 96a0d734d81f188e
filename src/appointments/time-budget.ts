import type { Clock } from '../common/clock.js';

/** Within this a caller has an answer, whatever the hospital does. */
const ANSWER_WITHIN_MS = 3_900;

/** What is left of the time that one request may take, all its calls to the hospital together. */
export class TimeBudget {
  private readonly endMs: number;

  constructor(private readonly clock: Clock) {
    this.endMs = clock.monotonicMs() + ANSWER_WITHIN_MS;
  }

  leftMs(): number {
    return Math.max(0, this.endMs - this.clock.monotonicMs());
  }
}
