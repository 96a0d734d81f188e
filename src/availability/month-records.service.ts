import { Injectable, Logger } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { newId } from '../common/ids.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { sendingTransaction } from '../database/prepared-statement.js';
import { AvailabilitySnapshotRepository, type Snapshot } from './availability-snapshot.repository.js';
import { ListedMonths } from './listed-months.js';
import { textOf, type MonthKey } from './month-key.js';
import { monthOf, type MonthWindow } from './month.js';
import { OfferedMonth } from './offered-month.js';
import { SlotClaimRepository } from './slot-claim.repository.js';
import type { ClaimCount } from './slot-days.js';

/** Reads that are stored while nobody waits; past this whoever has read waits until theirs is. */
const MOST_BEHIND = 16;

/** What the database holds of a month: the hospital's last answer, and the claims since. */
@Injectable()
export class MonthRecords {
  private readonly logger = new Logger(MonthRecords.name);
  /** By month: what is being stored, and must be waited for by whoever reads it. Never rejects. */
  private readonly storing = new Map<string, Promise<void>>();

  constructor(
    private readonly em: EntityManager,
    private readonly snapshots: AvailabilitySnapshotRepository,
    private readonly claims: SlotClaimRepository,
    private readonly listed: ListedMonths,
  ) {}

  /** The claims that a live read, begun at `readAt`, does not count itself: those confirmed since, and those that are open. */
  async uncounted(key: MonthKey, window: MonthWindow, readAt: Date): Promise<ClaimCount[]> {
    return this.claims.count(key.facilityId, key.calendarId, window, readAt);
  }

  /**
   * Stores a live read, and removes claims that every answer in use counts itself. As a rule nobody waits for it: it is what is shown when
   * the hospital does not answer some day. No month that is shown is dropped: what is free does not change by it. Never throws.
   */
  async keep(key: MonthKey, timezone: string, window: MonthWindow, read: Snapshot): Promise<void> {
    const place = textOf(key);
    const before = this.storing.get(place);
    const stored = (async () => {
      await before;
      await this.store(key, timezone, window, read);
    })().finally(() => {
      if (this.storing.get(place) === stored) this.storing.delete(place);
    });
    this.storing.set(place, stored);
    if (this.storing.size > MOST_BEHIND) await stored;
  }

  /** Resolves when all is stored. */
  async settled(): Promise<void> {
    await Promise.all(this.storing.values());
  }

  /** The hospital's last answer less the claims of now; null where it never gave one. */
  async lastKnown(key: MonthKey, timezone: string, window: MonthWindow): Promise<OfferedMonth | null> {
    await this.storing.get(textOf(key));
    const snapshot = await this.snapshots.find(key);
    if (!snapshot) return null;
    const claims = await this.claims.count(key.facilityId, key.calendarId, window, snapshot.fetchedAt);
    return new OfferedMonth(key.month, timezone, window, snapshot.slots, claims, snapshot.fetchedAt);
  }

  /** The slot at `start` in the hospital's last answer; null where it never gave one for that month. */
  async lastKnownSlot(key: MonthKey, start: Date): ReturnType<AvailabilitySnapshotRepository['findSlot']> {
    await this.storing.get(textOf(key));
    return this.snapshots.findSlot(key, start);
  }

  /** Or was a moment ago: by a hold that has ended, or by a booking that the hospital counts itself. */
  async isClaimed(key: MonthKey, start: Date): Promise<boolean> {
    const startMs = start.getTime();
    const claims = await this.claims.count(key.facilityId, key.calendarId, { fromMs: startMs, untilMs: startMs + 1 }, new Date(0));
    return claims.length > 0;
  }

  private async store(key: MonthKey, timezone: string, window: MonthWindow, read: Snapshot): Promise<void> {
    const { facilityId, calendarId } = key;
    try {
      await sendingTransaction(this.em, async em => {
        await this.claims.deleteCounted(em, facilityId, calendarId, window, read.fetchedAt);
        await this.snapshots.deleteBefore(em, key, monthOf(read.fetchedAt, timezone));
        await this.snapshots.save(em, newId(read.fetchedAt), key, read);
        await this.listed.announce(em, key, read.fetchedAt);
      });
    } catch (error) {
      this.listed.delete(key);
      this.logger.warn({ msg: 'A month could not be stored', facilityId, calendarId, month: key.month, ...unexpectedFailure(error) });
    }
  }
}
