import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../common/clock.js';
import { RateLimitedError } from '../limits/limits.errors.js';
import { policyItem, secondsLeft, stateItem, windowStart, type RateLimit } from '../limits/rate-window-rules.js';
import { addressGroup } from './address-group-rules.js';

const LIMIT: RateLimit = { name: 'failed-authentication', quota: 60, windowMs: 60_000 };
/** Addresses that are remembered; the longest quiet one is forgotten first. */
const MOST_ADDRESSES = 10_000;

/**
 * How often an address has shown keys that do not hold, of this copy alone. Who guesses is told to wait; a key that holds is let through
 * all the same: behind one address there may be others than the guesser.
 */
@Injectable()
export class FailedAuthentications {
  private readonly failures = new LRUCache<string, { startMs: number; count: number }>({ max: MOST_ADDRESSES });

  constructor(private readonly clock: Clock) {}

  /** Counts one more; what to refuse it with where that is too many, else null. */
  count(address: string | undefined): RateLimitedError | null {
    const nowMs = this.clock.now().getTime();
    const startMs = windowStart(nowMs, LIMIT);
    const group = addressGroup(address);
    const present = this.failures.get(group);
    const count = present?.startMs === startMs ? present.count + 1 : 1;
    this.failures.set(group, { startMs, count });
    if (count <= LIMIT.quota) return null;
    const headers = { 'RateLimit-Policy': policyItem(LIMIT), RateLimit: stateItem(LIMIT, 0, nowMs) };
    return new RateLimitedError('API keys that do not hold, from one address,', LIMIT, secondsLeft(nowMs, LIMIT), headers);
  }
}
