import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { newId } from '../common/ids.js';
import { AvailabilityDrops } from './availability-drops.js';
import { SlotClaimRepository, type Claim, type ClaimedSlot } from './slot-claim.repository.js';

/** A slot of which the hospital, asked at `listedAt`, offered so many seats. */
export interface ListedSlot {
  startAt: Date;
  seats: number;
  listedAt: Date;
}

/**
 * Seats claimed by appointments before the hospital is asked, or held for a while. A claim occupies a seat while open and, once
 * confirmed, for whoever goes by an answer that the hospital gave before; one that is to end by itself, until then. Everything here
 * takes part in the caller's transaction, and tells all copies once it commits.
 */
@Injectable()
export class SlotClaimsService {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: SlotClaimRepository,
    private readonly drops: AvailabilityDrops,
    private readonly clock: Clock,
  ) {}

  /**
   * Claims a seat of the slot; false when all are claimed. True without a second seat when
   * the holder has one already. Waits for other transactions that have claimed the same seat and are not committed yet.
   * `expiresAt`: when the claim ends by itself, a hold's.
   */
  async claim(facilityId: string, calendarId: string, slot: ListedSlot, holderId: string, expiresAt: Date | null = null): Promise<boolean> {
    for (;;) {
      const outcome = await this.tryToClaim(facilityId, calendarId, slot, holderId, expiresAt);
      // Somebody else has got a seat, so it comes to an end.
      if (outcome !== 'contested') return outcome === 'claimed';
    }
  }

  /** The same, once: `contested` where another took one of several seats at that very moment, so that it is worth another try. */
  async tryToClaim(
    facilityId: string,
    calendarId: string,
    { startAt, seats, listedAt }: ListedSlot,
    holderId: string,
    expiresAt: Date | null = null,
  ): Promise<'claimed' | 'full' | 'contested'> {
    const now = this.clock.now();
    const announcement = this.drops.announcement(this.em, facilityId, calendarId, startAt);
    const seat = { id: newId(now), facilityId, calendarId, startAt, seats, listedAt, holderId, now, expiresAt, announcement };
    const outcome = await this.repository.takeSeat(seat);
    if (outcome === 'contested') return seats === 1 ? 'full' : 'contested';
    return outcome === 'full' ? 'full' : 'claimed';
  }

  /**
   * The hospital said yes: the holder's open claims, which are at `slot`, end with the next live read that begins after this moment.
   * Without a calendar there is no claim, as in `release`.
   */
  async confirm(facilityId: string, holderId: string, slot: { calendarId: string | null; startAt: Date | null }): Promise<void> {
    const { calendarId, startAt } = slot;
    if (calendarId === null || startAt === null) return;
    const announcement = this.drops.announcement(this.em, facilityId, calendarId, startAt);
    await this.repository.confirm(facilityId, holderId, this.clock.now(), announcement);
  }

  /** Frees the holder's seats, or only that at `slot`. Without a calendar the hospital never named one, and there is no claim. */
  async release(facilityId: string, holderId: string, slot?: { calendarId: string | null; startAt: Date }): Promise<void> {
    await this.announce(facilityId, await this.repository.release(facilityId, holderId, slot ?? null));
  }

  /** Live claims that start from `from` on and before `until`. */
  async findClaims(facilityId: string, calendarId: string, from: Date, until: Date): Promise<Claim[]> {
    return this.repository.find(facilityId, calendarId, from, until, this.clock.now());
  }

  private async announce(facilityId: string, slots: readonly ClaimedSlot[]): Promise<void> {
    await this.drops.announceAll(
      this.em,
      slots.map(({ calendarId, startAt }) => ({ facilityId, calendarId, start: startAt })),
    );
  }
}
