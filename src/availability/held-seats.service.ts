import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import type { DomainError } from '../common/domain-error.js';
import { newId } from '../common/ids.js';
import { sendingTransaction } from '../database/prepared-statement.js';
import { AvailabilityDrops } from './availability-drops.js';
import { SlotClaimsService } from './slot-claims.service.js';
import { differingFields, HOLD_MS, MAX_OPEN_HOLDS, type HeldSlot } from './slot-hold-rules.js';
import { SlotHoldMismatchError, SlotHoldNotFoundError, SlotHoldUsedError, TooManySlotHoldsError } from './slot-hold.errors.js';
import { SlotHoldRepository } from './slot-hold.repository.js';

/** A slot of which the hospital, asked at `listedAt`, offered `seats`. */
export interface SlotToBook extends HeldSlot {
  facilityId: string;
  seats: number;
  listedAt: Date;
}

/** Likewise, and the API key that asks for it. */
export interface SlotToHold extends SlotToBook {
  keyId: string;
}

/** A hold that has begun. */
export interface OpenHold {
  id: string;
  expiresAt: Date;
}

/** The seats that are held: taken, given up, or used by a booking. */
@Injectable()
export class HeldSeatsService {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: SlotHoldRepository,
    private readonly claims: SlotClaimsService,
    private readonly drops: AvailabilityDrops,
    private readonly clock: Clock,
  ) {}

  /** Takes a seat for `HOLD_MS`; null where none is free. Throws `TooManySlotHoldsError`. */
  async hold({ seats, listedAt, ...wanted }: SlotToHold): Promise<OpenHold | null> {
    const { facilityId, calendarId, startAt, keyId } = wanted;
    const createdAt = this.clock.now();
    const id = newId(createdAt);
    const expiresAt = new Date(createdAt.getTime() + HOLD_MS);
    return sendingTransaction(this.em, async () => {
      const [, open, isSeated] = await Promise.all([
        this.repository.lock(facilityId, keyId),
        this.repository.countOpen(facilityId, keyId, createdAt),
        this.claims.claim(facilityId, calendarId, { startAt, seats, listedAt }, id, expiresAt),
      ]);
      if (open >= MAX_OPEN_HOLDS) throw new TooManySlotHoldsError();
      if (!isSeated) return null;
      await this.repository.insert({ ...wanted, id, createdAt, expiresAt });
      return { id, expiresAt };
    });
  }

  /** Frees the seat, if the hold still has it. Throws `SlotHoldNotFoundError`, `SlotHoldUsedError`. */
  async giveUp(facilityId: string, id: string): Promise<void> {
    await this.em.transactional(async () => {
      const hold = await this.repository.findLocked(facilityId, id);
      if (!hold) throw new SlotHoldNotFoundError(id);
      if (hold.appointmentId !== null) throw new SlotHoldUsedError(id, hold.appointmentId);
      await this.claims.release(facilityId, id);
      await this.repository.delete(facilityId, id);
    });
  }

  /**
   * Claims a seat for a booking, as `SlotClaimsService.tryToClaim` does; with `holdId`, the very seat of that hold, which thereby is
   * used. The seat of a hold that has ended is claimed like any other. An error is the caller's to throw, once it has ruled out
   * what goes before: the transaction must be undone.
   */
  async tryToClaim(
    slot: SlotToBook,
    appointmentId: string,
    holdId: string | undefined,
  ): Promise<'claimed' | 'full' | 'contested' | DomainError> {
    const { facilityId, calendarId } = slot;
    // At once: whoever has the hold's seat by then has one, and claims no other.
    const [refusal, seat] = await Promise.all([
      holdId === undefined ? null : this.use(holdId, slot, appointmentId),
      this.claims.tryToClaim(facilityId, calendarId, slot, appointmentId),
    ]);
    return refusal ?? seat;
  }

  private async use(id: string, slot: SlotToBook, appointmentId: string): Promise<DomainError | null> {
    const { facilityId, calendarId, startAt } = slot;
    const announcement = this.drops.announcement(this.em, facilityId, calendarId, startAt);
    const hold = await this.repository.use({ id, facilityId, appointmentId, now: this.clock.now(), announcement });
    if (!hold) return new SlotHoldNotFoundError(id);
    if (hold.appointmentId !== null) return new SlotHoldUsedError(id, hold.appointmentId);
    const fields = differingFields(hold, slot);
    return fields.length > 0 ? new SlotHoldMismatchError(id, fields) : null;
  }
}
