import { Injectable } from '@nestjs/common';
import type { Bookable } from '../calendars/bookable.js';
import { Clock } from '../common/clock.js';
import { HubConfig } from '../config/config.js';
import type { Facility } from '../facilities/facility.entity.js';
import { UpstreamError } from '../schedulers/upstream.errors.js';
import type { AvailabilitySource } from './availability.dto.js';
import { AvailabilityUnknownError } from './availability.errors.js';
import { ListedMonths } from './listed-months.js';
import { LiveMonths } from './live-months.service.js';
import { keyOf } from './month-key.js';
import { MonthRecords } from './month-records.service.js';
import { monthOf } from './month.js';
import type { OfferedSlot } from './slot-days.js';

/** An answer of the hospital that offers a slot is believed for this long; whether it is still free, the hospital decides. */
const FRESH_MS = 5 * 60_000;

export interface OfferedLookup {
  kind: 'offered';
  start: Date;
  end: Date;
  seats: number;
  freshness: Freshness;
}

interface Freshness {
  source: AvailabilitySource;
  fetchedAt: Date;
}

/**
 * - `offered`: the hospital offers it, with so many seats; whether one is free, the claim decides.
 * - `not-offered`: a live answer of the hospital does not hold it, or it has begun. `wasOffered`: it did before, or it is claimed:
 *   a real slot, now taken. `isOnGrid`: by the others of that month, one could begin then.
 * - `unknown`: the hospital does not answer, and is not known to have offered it. `error` is there to be thrown.
 */
export type SlotLookup =
  | OfferedLookup
  | { kind: 'not-offered'; wasOffered: boolean; isOnGrid: boolean; freshness: Freshness }
  | { kind: 'unknown'; error: AvailabilityUnknownError };

/** A slot as the hospital offers it: `seats` 0 where it does not. `hasSeveralSeats`: some slot of the month has. `readAt`: when it was asked. */
export interface LiveSeats {
  seats: number;
  hasSeveralSeats: boolean;
  readAt: Date;
}

/** For bookings: does the hospital offer this very slot? */
@Injectable()
export class SlotLookupService {
  constructor(
    private readonly config: HubConfig,
    private readonly live: LiveMonths,
    private readonly records: MonthRecords,
    private readonly listed: ListedMonths,
    private readonly clock: Clock,
  ) {}

  /** The slot by what this copy has in memory, without a wait; null where that does not do, which says nothing. */
  findListed(bookable: Bookable, start: Date): OfferedLookup | null {
    const listing = this.listed.get(keyOf(bookable, monthOf(start, bookable.timezone)));
    const slot = listing?.slots.find(({ startMs }) => startMs === start.getTime());
    const now = this.clock.now();
    return listing && slot && start > now && isFresh(listing.fetchedAt, now) ? offered(slot, 'cache', listing.fetchedAt) : null;
  }

  /** What the hospital itself offers now at `start`, whoever has claimed it; always asked. Throws `UpstreamError`. */
  async seeSeats(facility: Facility, bookable: Bookable, start: Date): Promise<LiveSeats> {
    const read = await this.live.get(facility, bookable, monthOf(start, bookable.timezone), this.config.availabilityTimeoutMs);
    return { seats: read.find(start)?.seats ?? 0, hasSeveralSeats: read.hasSeveralSeats, readAt: read.fetchedAt };
  }

  /** By what is known where it is fresh and holds the slot, else by asking; waits at most `availabilityTimeoutMs`. Not within a transaction. */
  async find(facility: Facility, bookable: Bookable, start: Date): Promise<SlotLookup> {
    const month = monthOf(start, bookable.timezone);
    const known = await this.records.lastKnownSlot(keyOf(bookable, month), start);
    const slot = known?.slot ?? null;
    const now = this.clock.now();
    if (start <= now)
      return { kind: 'not-offered', wasOffered: slot !== null, isOnGrid: slot !== null, freshness: { source: 'live', fetchedAt: now } };
    if (known && slot && isFresh(known.fetchedAt, now)) return offered(slot, 'cache', known.fetchedAt);
    try {
      const read = await this.live.getRecent(facility, bookable, month, this.config.availabilityTimeoutMs);
      const present = read.find(start);
      if (present) return offered(present, 'live', read.fetchedAt);
      const wasOffered = slot !== null || (await this.records.isClaimed(keyOf(bookable, month), start));
      return { kind: 'not-offered', wasOffered, isOnGrid: read.isOnGrid(start), freshness: { source: 'live', fetchedAt: read.fetchedAt } };
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      if (known && slot) return offered(slot, 'stale', known.fetchedAt);
      return { kind: 'unknown', error: new AvailabilityUnknownError(error) };
    }
  }
}

function offered(slot: OfferedSlot, source: AvailabilitySource, fetchedAt: Date): OfferedLookup {
  const { startMs, endMs, seats } = slot;
  return { kind: 'offered', start: new Date(startMs), end: new Date(endMs), seats, freshness: { source, fetchedAt } };
}

function isFresh(fetchedAt: Date, now: Date): boolean {
  return now.getTime() - fetchedAt.getTime() <= FRESH_MS;
}
