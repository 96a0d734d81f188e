import type { IBackoff } from 'cockatiel';
import type { Clock } from '../common/clock.js';

/**
 * When a breaker that is open lets a call through. cockatiel compares `duration` with the machine's time that has passed, at each
 * call; ours says by the hub's clock whether the time has come, so that one clock holds for all.
 */
export class ProbeSchedule implements IBackoff<unknown> {
  /** Of the last opening; null: it has not been open. */
  dueAtMs: number | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly afterMs: number,
  ) {}

  get isDue(): boolean {
    return this.dueAtMs === null || this.clock.now().getTime() >= this.dueAtMs;
  }

  get duration(): number {
    return this.isDue ? -Infinity : Infinity;
  }

  /** The breaker opens. */
  next(): this {
    this.dueAtMs = this.clock.now().getTime() + this.afterMs;
    return this;
  }
}
