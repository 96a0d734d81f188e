import { Injectable } from '@nestjs/common';
import { Metrics } from '../common/metrics.js';
import { HubConfig } from '../config/config.js';
import { RateLimitedError } from './limits.errors.js';
import { policyItem, secondsLeft, stateItem } from './rate-window-rules.js';
import { SharedCount, type Untold } from './shared-count.js';

const REQUESTS_WINDOW_MS = 10_000;
const DRY_RUNS = { quota: 30, windowMs: 60_000 };

export type LimitName = 'api-key' | 'facility' | 'dry-run';

/** Whose quota a request uses. */
export interface Use {
  limit: LimitName;
  /** An opaque id. */
  key: string;
}

/** Whether a request may go on, and what its answer says of the limits. */
export interface Admission {
  /** null: it may. */
  refusal: RateLimitedError | null;
  headers: { 'RateLimit-Policy': string; RateLimit: string };
}

const WHAT: Record<LimitName, string> = {
  'api-key': 'requests with this API key',
  facility: 'requests about this facility',
  'dry-run': 'dry runs of this facility',
};

/**
 * Limits that hold across the copies of the hub: docs/decisions/0016-rate-limits.md says how far. Nobody is asked while a request waits:
 * each copy counts in memory, and what the copies have counted they exchange through PostgreSQL (`RateExchangeCron`).
 */
@Injectable()
export class RateLimits {
  private readonly counts: Record<LimitName, SharedCount>;
  private readonly policies: Record<LimitName, string>;
  private readonly refusals = { 'api-key': 0, facility: 0, 'dry-run': 0 };

  constructor(config: HubConfig, metrics: Metrics) {
    const countOf = (name: LimitName, quota: number, windowMs: number): SharedCount => new SharedCount({ name, quota, windowMs });
    this.counts = {
      'api-key': countOf('api-key', config.requestsPerKey, REQUESTS_WINDOW_MS),
      facility: countOf('facility', config.requestsPerFacility, REQUESTS_WINDOW_MS),
      'dry-run': countOf('dry-run', DRY_RUNS.quota, DRY_RUNS.windowMs),
    };
    const policyOf = (name: LimitName): string => policyItem(this.counts[name].limit);
    this.policies = { 'api-key': policyOf('api-key'), facility: policyOf('facility'), 'dry-run': policyOf('dry-run') };
    metrics.counter('hub_rate_limited_total', 'Requests that this process has refused because a limit was used up', ['limit'], () =>
      Object.entries(this.refusals).map(([limit, count]) => [{ limit }, count]),
    );
  }

  /** Whether `take` would take one of each. */
  hasLeft(uses: readonly Use[], now: Date): boolean {
    return uses.every(({ limit, key }) => this.counts[limit].left(key, now.getTime()) > 0);
  }

  /** Takes one of each, or, where one is used up, none. */
  take(uses: readonly Use[], now: Date): Admission {
    const nowMs = now.getTime();
    const usedUp = uses.find(({ limit, key }) => this.counts[limit].left(key, nowMs) === 0)?.limit;
    let policy = '';
    let state = '';
    for (const { limit, key } of uses) {
      const count = this.counts[limit];
      if (usedUp === undefined) count.take(key, nowMs);
      // As in draft-ietf-httpapi-ratelimit-headers-10: both are lists.
      const comma = policy === '' ? '' : ', ';
      policy += comma + this.policies[limit];
      state += comma + stateItem(count.limit, count.left(key, nowMs), nowMs);
    }
    const headers = { 'RateLimit-Policy': policy, RateLimit: state };
    return { refusal: usedUp === undefined ? null : this.refusalOf(usedUp, nowMs), headers };
  }

  /** What this copy has used of anything since it last told. */
  untold(now: Date): Untold[] {
    return Object.values(this.counts).flatMap(count => count.untold(now.getTime()));
  }

  /** The others know of that, and `total` is what all copies have used; null: of a window that is over. */
  heard(told: Untold, total: number | null): void {
    if (total !== null)
      Object.values(this.counts)
        .find(({ limit }) => limit.name === told.limit)
        ?.heard(told, total);
  }

  private refusalOf(name: LimitName, nowMs: number): RateLimitedError {
    this.refusals[name]++;
    const { limit } = this.counts[name];
    return new RateLimitedError(WHAT[name], limit, secondsLeft(nowMs, limit));
  }
}
