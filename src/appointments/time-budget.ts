import type { Clock } from '../common/clock.js';
import { HubBusyError } from './appointment.errors.js';

/** Within this a caller has an answer, whatever the hospital does. */
const ANSWER_WITHIN_MS = 3_900;
const NEEDED_TO_CALL_MS = 1_500;

/** What is left of the time that one request may take, all its calls to the hospital together. */
export class TimeBudget {
  private readonly endMs: number;

  constructor(private readonly clock: Clock) {
    this.endMs = clock.monotonicMs() + ANSWER_WITHIN_MS;
  }

  /** Throws `HubBusyError` when what is left is too little to call a hospital and hear its answer. */
  assertEnoughToCall(): void {
    if (this.leftMs() < NEEDED_TO_CALL_MS) throw new HubBusyError();
  }

  leftMs(): number {
    return Math.max(0, this.endMs - this.clock.monotonicMs());
  }
}
