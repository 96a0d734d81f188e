import { windowStart, type RateLimit } from './rate-window-rules.js';

interface Count {
  /** Taken by this copy. */
  own: number;
  /** Of `own`, what the other copies can know of. */
  told: number;
  /** Taken by the other copies, as last heard. */
  others: number;
}

/** What this copy has taken of a key's quota since it last told. */
export interface Untold {
  /** The limit's name. */
  limit: string;
  key: string;
  windowStartMs: number;
  used: number;
}

/**
 * How much of a limit is used in the present window, by key: this copy's uses, and what it has heard of the others'. It never waits. A
 * use that is refused counts for nothing. With the next window all of it is forgotten.
 */
export class SharedCount {
  private counts = new Map<string, Count>();
  private startMs = 0;

  constructor(readonly limit: RateLimit) {}

  /** What is left, at least 0. */
  left(key: string, nowMs: number): number {
    const count = this.present(nowMs).get(key);
    return count ? Math.max(0, this.limit.quota - count.own - count.others) : this.limit.quota;
  }

  take(key: string, nowMs: number): void {
    const counts = this.present(nowMs);
    const count = counts.get(key);
    if (count) count.own++;
    else counts.set(key, { own: 1, told: 0, others: 0 });
  }

  untold(nowMs: number): Untold[] {
    const untold: Untold[] = [];
    for (const [key, { own, told }] of this.present(nowMs))
      if (own > told) untold.push({ limit: this.limit.name, key, windowStartMs: this.startMs, used: own - told });
    return untold;
  }

  /** What was told is known to the others, and `total` is what all copies have used of that window so far. */
  heard({ key, windowStartMs, used }: Untold, total: number): void {
    const count = windowStartMs === this.startMs ? this.counts.get(key) : undefined;
    if (!count) return;
    count.told += used;
    count.others = total - count.told;
  }

  private present(nowMs: number): Map<string, Count> {
    const startMs = windowStart(nowMs, this.limit);
    if (startMs !== this.startMs) {
      this.startMs = startMs;
      this.counts = new Map();
    }
    return this.counts;
  }
}
