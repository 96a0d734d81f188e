import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../common/clock.js';
import { HubBusyError } from './appointment.errors.js';

/** Within this a caller has an answer, whatever the hospital does. */
const ANSWER_WITHIN_MS = 3_900;
const NEEDED_TO_CALL_MS = 1_500;

/** What is left of the time that one request may take, all its calls to the hospital together. */
export class TimeBudget {
  private readonly endMs: number;

  /** `hangUp`: aborted when whoever asked waits no more; null: nobody waits. */
  constructor(
    private readonly clock: Clock,
    private readonly hangUp: AbortSignal | null,
  ) {
    this.endMs = clock.monotonicMs() + ANSWER_WITHIN_MS;
  }

  /**
   * Throws `HubBusyError` when what is left is too little to call a hospital and hear its answer, or when whoever asked has hung up:
   * they may have been answered by another copy meanwhile, while this process stood still with their request before it.
   */
  assertEnoughToCall(): void {
    if (this.leftMs() < NEEDED_TO_CALL_MS || this.hangUp?.aborted === true) throw new HubBusyError();
  }

  /**
   * Whoever had hung up before their request was read is known to have, then: the first turn of the event loop ends with reading it,
   * the second with all that had arrived behind it.
   */
  async untilHangUpIsHeard(): Promise<void> {
    await turn();
    await turn();
  }

  leftMs(): number {
    return Math.max(0, this.endMs - this.clock.monotonicMs());
  }
}
