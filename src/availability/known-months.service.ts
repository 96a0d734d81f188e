import { Injectable } from '@nestjs/common';
import type { Bookable } from '../calendars/bookable.js';
import { Clock } from '../common/clock.js';
import type { Facility } from '../facilities/facility.entity.js';
import { UpstreamError } from '../schedulers/upstream.errors.js';
import { AvailabilityCache } from './availability-cache.js';
import { AvailabilityDrops } from './availability-drops.js';
import type { AvailabilitySource } from './availability.dto.js';
import { AvailabilityUnknownError } from './availability.errors.js';
import { LiveMonths } from './live-months.service.js';
import { keyOf, textOf } from './month-key.js';
import { MonthRecords } from './month-records.service.js';
import { monthWindow } from './month.js';
import type { OfferedMonth } from './offered-month.js';
import { SharedReads } from './shared-reads.js';

/** How long a stale answer is given without asking the hospital again. */
const STALE_MS = 2_000;

export interface KnownMonth {
  offered: OfferedMonth;
  source: AvailabilitySource;
}

/** The best that is known of a month: kept, asked for, or, where the hospital does not answer, what it said last. */
@Injectable()
export class KnownMonths {
  private readonly staleReads = new SharedReads<OfferedMonth | null>();

  constructor(
    private readonly cache: AvailabilityCache,
    private readonly live: LiveMonths,
    private readonly records: MonthRecords,
    private readonly clock: Clock,
    drops: AvailabilityDrops,
  ) {
    drops.onDrop(drop => {
      this.staleReads.outdate(drop);
    });
  }

  /**
   * Waits at most `waitMs` for the hospital; at 0 it is not asked. Throws `AvailabilityUnknownError` where it does not answer and
   * never did before.
   */
  async get(facility: Facility, bookable: Bookable, month: string, waitMs: number): Promise<KnownMonth> {
    const kept = this.cache.get(keyOf(bookable, month), this.clock.now());
    if (kept) return kept;
    try {
      return { offered: await this.live.get(facility, bookable, month, waitMs), source: 'live' };
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      const offered = await this.lastKnown(bookable, month, waitMs > 0);
      if (!offered) throw new AvailabilityUnknownError(error);
      return { offered, source: 'stale' };
    }
  }

  private lastKnown(bookable: Bookable, month: string, isKept: boolean): Promise<OfferedMonth | null> {
    const key = keyOf(bookable, month);
    const window = monthWindow(month, bookable.timezone);
    const { facilityId, calendarId } = bookable;
    return this.staleReads.share(textOf(key), { facilityId, calendarId, ...window }, async running => {
      const offered = await this.records.lastKnown(key, bookable.timezone, window);
      const now = this.clock.now();
      // A live read that has come meanwhile is better.
      if (offered && isKept && !running.isOutdated && !this.cache.get(key, now)) {
        this.cache.set(key, { offered, source: 'stale', validUntilMs: now.getTime() + STALE_MS });
      }
      return offered;
    });
  }
}
