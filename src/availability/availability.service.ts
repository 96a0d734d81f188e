import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Bookable } from '../calendars/bookable.js';
import { HubConfig } from '../config/config.js';
import type { Facility } from '../facilities/facility.entity.js';
import { AlternativesService, type AlternativeSlot } from './alternatives.service.js';
import { AvailabilityDrops, type ChangedMonth } from './availability-drops.js';
import { SlotLookupService, type LiveSeats, type OfferedLookup, type SlotLookup } from './slot-lookup.service.js';

/** What bookings and events need of availability. Nothing here that calls the hospital belongs into a transaction. */
@Injectable()
export class AvailabilityService {
  constructor(
    private readonly config: HubConfig,
    private readonly lookups: SlotLookupService,
    private readonly alternatives: AlternativesService,
    private readonly drops: AvailabilityDrops,
  ) {}

  /** Whether the hospital offers the slot that begins at `start`; answers within `availabilityTimeoutMs`. */
  async findSlot(facility: Facility, bookable: Bookable, start: Date): Promise<SlotLookup> {
    return this.lookups.find(facility, bookable, start);
  }

  /** The same, where this copy knows it without a wait; null says nothing. */
  findListedSlot(bookable: Bookable, start: Date): OfferedLookup | null {
    return this.lookups.findListed(bookable, start);
  }

  /** What the hospital itself offers now at `start`, whoever has claimed it. Throws `UpstreamError`. */
  async seeSeats(facility: Facility, bookable: Bookable, start: Date): Promise<LiveSeats> {
    return this.lookups.seeSeats(facility, bookable, start);
  }

  /** What is free instead of the slot at `around`, best first; none where the hospital does not answer within `deadlineMs`. */
  async findAlternatives(
    facility: Facility,
    bookable: Bookable,
    around: Date,
    limit = 3,
    deadlineMs = this.config.availabilityTimeoutMs,
  ): Promise<AlternativeSlot[]> {
    return this.alternatives.find(facility, bookable, around, limit, deadlineMs);
  }

  /** The month of `start` has changed by a booking, a change or a cancellation: no copy shows what it kept of it, once `em` commits. */
  async dropMonth(em: EntityManager, calendar: { facilityId: string; calendarId: string }, start: Date): Promise<void> {
    await this.dropMonths(em, [{ ...calendar, start }]);
  }

  /** Likewise many, of any calendars. */
  async dropMonths(em: EntityManager, months: readonly ChangedMonth[]): Promise<void> {
    await this.drops.announceAll(em, months);
  }
}
