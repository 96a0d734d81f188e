import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { Bookable } from '../calendars/bookable.js';
import { Clock } from '../common/clock.js';
import { HubConfig } from '../config/config.js';
import { asWorkerOf } from '../database/worker-context.js';
import type { Facility } from '../facilities/facility.entity.js';
import { UpstreamError } from '../schedulers/upstream.errors.js';
import { AvailabilityCache } from './availability-cache.js';
import { AvailabilityDrops } from './availability-drops.js';
import { ListedMonths } from './listed-months.js';
import { keyOf, textOf, type MonthKey } from './month-key.js';
import { MonthRecords } from './month-records.service.js';
import { monthWindow, type MonthWindow } from './month.js';
import { OfferedMonth } from './offered-month.js';
import { SharedReads, type RunningRead } from './shared-reads.js';
import type { ClaimCount } from './slot-days.js';
import { UpstreamMonths } from './upstream-months.service.js';
import { within } from '../common/within.js';

/** A read this young is as good as one's own: five hundred who want one slot need not ask five hundred times. */
const LIVE_FOR_MS = 2_000;

/** Months as the hospital offers them now: one call at a time for each month, shared by all who want it. */
@Injectable()
export class LiveMonths implements OnModuleDestroy {
  private readonly reads = new SharedReads<OfferedMonth>();
  /** A read outlives the request, and the transaction, that began it: it runs in a context of its own. */
  private readonly inOwnContext = AsyncLocalStorage.snapshot();

  constructor(
    private readonly config: HubConfig,
    private readonly em: EntityManager,
    private readonly upstream: UpstreamMonths,
    private readonly records: MonthRecords,
    private readonly cache: AvailabilityCache,
    private readonly listed: ListedMonths,
    private readonly clock: Clock,
    private readonly drops: AvailabilityDrops,
  ) {
    drops.onDrop(drop => {
      this.reads.outdate(drop);
    });
  }

  /**
   * Throws `UpstreamError` when the hospital has just failed, fails, or takes longer than `waitMs` (0: it is not asked). After
   * `waitMs` the read goes on by itself, and fills cache and snapshot when it comes.
   */
  async get(facility: Facility, bookable: Bookable, month: string, waitMs: number): Promise<OfferedMonth> {
    const failure = this.upstream.recentFailure(keyOf(bookable, month));
    if (failure) throw failure.error;
    const offered = waitMs > 0 ? await within(this.shared(facility, bookable, month), waitMs) : undefined;
    if (!offered) throw new UpstreamError('upstream-timeout', "The hospital's system did not answer in time.");
    return offered;
  }

  /** Likewise; what was read a moment ago, and has not changed since, will do. */
  async getRecent(facility: Facility, bookable: Bookable, month: string, waitMs: number): Promise<OfferedMonth> {
    const now = this.clock.now();
    const kept = this.cache.get(keyOf(bookable, month), now);
    const isRecent = kept?.source === 'cache' && now.getTime() - kept.offered.fetchedAt.getTime() <= LIVE_FOR_MS;
    return isRecent ? kept.offered : this.get(facility, bookable, month, waitMs);
  }

  /** Abandons the hospital's part of what runs, and waits for the database's. */
  async onModuleDestroy(): Promise<void> {
    this.upstream.abandonAll();
    await this.reads.settled();
    await this.records.settled();
  }

  private shared(facility: Facility, bookable: Bookable, month: string): Promise<OfferedMonth> {
    const window = monthWindow(month, bookable.timezone);
    const { facilityId, calendarId } = bookable;
    return this.reads.share(textOf(keyOf(bookable, month)), { facilityId, calendarId, ...window }, running =>
      this.inOwnContext(() => asWorkerOf(this.em, facilityId, () => this.read(facility, bookable, month, window, running))),
    );
  }

  private async read(
    facility: Facility,
    bookable: Bookable,
    month: string,
    window: MonthWindow,
    running: RunningRead,
  ): Promise<OfferedMonth> {
    const key = keyOf(bookable, month);
    const counting = this.countAhead(key, window);
    const answer = await this.upstream.ask(facility, bookable, month);
    const counted = await counting;
    const isGood = counted !== null && !running.isOutdated && this.drops.isListening;
    const claims = isGood ? counted : await this.records.uncounted(key, window, answer.fetchedAt);
    const offered = new OfferedMonth(month, bookable.timezone, window, answer.slots, claims, answer.fetchedAt);
    const validUntilMs = answer.fetchedAt.getTime() + this.config.availabilityCacheMs;
    if (!running.isOutdated) {
      this.cache.set(key, { offered, source: 'cache', validUntilMs });
      this.listed.set(key, answer);
    }
    await this.records.keep(key, bookable.timezone, window, answer);
    return offered;
  }

  /** The claims, read while the hospital is being asked: of what comes after, a drop tells. null: it would not, or they could not be read. */
  private async countAhead(key: MonthKey, window: MonthWindow): Promise<ClaimCount[] | null> {
    if (!this.drops.isListening) return null;
    return this.records.uncounted(key, window, this.clock.now()).catch(() => null);
  }
}
