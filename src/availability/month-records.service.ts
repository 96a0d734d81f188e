import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { newId } from '../common/ids.js';
import { AvailabilitySnapshotRepository, type Snapshot } from './availability-snapshot.repository.js';
import { ListedMonths } from './listed-months.js';
import type { MonthKey } from './month-key.js';
import { monthOf, type MonthWindow } from './month.js';
import { OfferedMonth } from './offered-month.js';
import { SlotClaimRepository } from './slot-claim.repository.js';
import type { ClaimCount } from './slot-days.js';

/** What the database holds of a month: the hospital's last answer, and the claims since. */
@Injectable()
export class MonthRecords {
  constructor(
    private readonly em: EntityManager,
    private readonly snapshots: AvailabilitySnapshotRepository,
    private readonly claims: SlotClaimRepository,
    private readonly listed: ListedMonths,
  ) {}

  /**
   * Stores a live read, and removes claims that every answer in use counts itself. The claims that this one does not count: those
   * confirmed since it began, and those that are open.
   * No month that is shown is dropped: what is free does not change by it.
   */
  async keep(key: MonthKey, timezone: string, window: MonthWindow, read: Snapshot): Promise<ClaimCount[]> {
    return this.em.transactional(async em => {
      await this.claims.deleteCounted(key.facilityId, key.calendarId, window, read.fetchedAt);
      await this.snapshots.deleteBefore(key, monthOf(read.fetchedAt, timezone));
      await this.snapshots.save(newId(read.fetchedAt), key, read);
      await this.listed.announce(em, key, read.fetchedAt);
      return this.claims.count(key.facilityId, key.calendarId, window, read.fetchedAt);
    });
  }

  /** The hospital's last answer less the claims of now; null where it never gave one. */
  async lastKnown(key: MonthKey, timezone: string, window: MonthWindow): Promise<OfferedMonth | null> {
    const snapshot = await this.snapshots.find(key);
    if (!snapshot) return null;
    const claims = await this.claims.count(key.facilityId, key.calendarId, window, snapshot.fetchedAt);
    return new OfferedMonth(key.month, timezone, window, snapshot.slots, claims, snapshot.fetchedAt);
  }

  /** The slot at `start` in the hospital's last answer; null where it never gave one for that month. */
  async lastKnownSlot(key: MonthKey, start: Date): ReturnType<AvailabilitySnapshotRepository['findSlot']> {
    return this.snapshots.findSlot(key, start);
  }

  /** Or was a moment ago: by a hold that has ended, or by a booking that the hospital counts itself. */
  async isClaimed(key: MonthKey, start: Date): Promise<boolean> {
    const startMs = start.getTime();
    const claims = await this.claims.count(key.facilityId, key.calendarId, { fromMs: startMs, untilMs: startMs + 1 }, new Date(0));
    return claims.length > 0;
  }
}
