import { Injectable, Logger } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { within } from '../common/within.js';
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
const STORED_WITHIN_MS = 250;

/** A read to be stored. */
interface KeptRead {
  timezone: string;
  window: MonthWindow;
  read: Snapshot;
}

/** What is being stored of a month. `next`: to be stored after it, the newest. */
interface Storing {
  next: KeptRead | null;
  ended: Promise<void>;
}

/** What the database holds of a month: the hospital's last answer, and the claims since. */
@Injectable()
export class MonthRecords {
  private readonly logger = new Logger(MonthRecords.name);
  /** By month: what is being stored, and must be waited for by whoever reads it. Never rejects. */
  private readonly storing = new Map<string, Storing>();

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
    const present = this.storing.get(place);
    const next = { timezone, window, read };
    // Whatever waits there is older: this one stands for it.
    if (present) present.next = next;
    else this.begin(key, next);
    if (this.storing.size > MOST_BEHIND) await this.storing.get(place)?.ended;
  }

  /** Resolves when all is stored. */
  async settled(): Promise<void> {
    await Promise.all([...this.storing.values()].map(({ ended }) => ended));
  }

  /** The hospital's last answer less the claims of now; null where it never gave one. */
  async lastKnown(key: MonthKey, timezone: string, window: MonthWindow): Promise<OfferedMonth | null> {
    await this.stored(key);
    const snapshot = await this.snapshots.find(key);
    if (!snapshot) return null;
    const claims = await this.claims.count(key.facilityId, key.calendarId, window, snapshot.fetchedAt);
    return new OfferedMonth(key.month, timezone, window, snapshot.slots, claims, snapshot.fetchedAt);
  }

  /** The slot at `start` in the hospital's last answer; null where it never gave one for that month. */
  async lastKnownSlot(key: MonthKey, start: Date): ReturnType<AvailabilitySnapshotRepository['findSlot']> {
    await this.stored(key);
    return this.snapshots.findSlot(key, start);
  }

  /** Or was a moment ago: by a hold that has ended, or by a booking that the hospital counts itself. */
  async isClaimed(key: MonthKey, start: Date): Promise<boolean> {
    const startMs = start.getTime();
    const claims = await this.claims.count(key.facilityId, key.calendarId, { fromMs: startMs, untilMs: startMs + 1 }, new Date(0));
    return claims.length > 0;
  }

  /** One read of a month after the other, until none waits. */
  private begin(key: MonthKey, first: KeptRead): void {
    const place = textOf(key);
    const storing: Storing = { next: null, ended: Promise.resolve() };
    const run = async (): Promise<void> => {
      for (let kept: KeptRead | null = first; kept; kept = storing.next) {
        storing.next = null;
        await this.store(key, kept);
      }
      this.storing.delete(place);
    };
    this.storing.set(place, storing);
    storing.ended = run();
  }

  /** What is being stored is there by then, or whoever waits for it has waited long enough. */
  private async stored(key: MonthKey): Promise<void> {
    const storing = this.storing.get(textOf(key));
    if (storing) await within(storing.ended, STORED_WITHIN_MS);
  }

  private async store(key: MonthKey, { timezone, window, read }: KeptRead): Promise<void> {
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
