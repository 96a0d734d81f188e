import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import { instantOf } from '../common/validators.js';
import { isoInZone } from '../common/zoned-time.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { HeldSeatsService } from './held-seats.service.js';
import type { HoldSlotDto, SlotHoldDto } from './slot-hold.dto.js';
import { WantedSlotsService, type TimeLeft } from './wanted-slots.service.js';

/** Whether a slot is offered, and what else is: each waits for the hospital no longer than any read of availability. */
const NO_OTHER_LIMIT: TimeLeft = { leftMs: () => Infinity };

/** A seat for a patient who is still choosing, over hospitals that have no such thing: they are never told. */
@Injectable()
export class SlotHoldsService {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly calendars: CalendarsService,
    private readonly slots: WantedSlotsService,
    private readonly seats: HeldSeatsService,
  ) {}

  /** Throws what a booking of that slot would, with `SlotTakenError` where no seat is left, and `TooManySlotHoldsError`. */
  async hold(caller: Caller, facilityId: string, dto: HoldSlotDto): Promise<SlotHoldDto> {
    const facility = await this.facilities.getActive(caller, facilityId);
    const bookable = await this.calendars.getBookable(facility, dto.calendarId, dto.appointmentTypeId);
    const { calendarId, appointmentTypeId, timezone } = bookable;
    const startAt = instantOf(dto.start, 'start');
    const slot = this.slots.findListed(bookable, startAt) ?? (await this.slots.find(facility, bookable, startAt, null, NO_OTHER_LIMIT));

    const place = { facilityId, calendarId, appointmentTypeId };
    const hold = await this.seats.hold({ ...place, startAt, seats: slot.seats, listedAt: slot.listedAt, keyId: caller.keyId });
    if (!hold) throw await this.slots.taken(facility, bookable, startAt, NO_OTHER_LIMIT);
    return {
      id: hold.id,
      ...place,
      start: isoInZone(startAt, timezone),
      end: isoInZone(slot.endAt, timezone),
      expiresAt: isoInZone(hold.expiresAt, timezone),
    };
  }

  /** Throws `SlotHoldNotFoundError`, and `SlotHoldUsedError` for one that a booking has used. One that has ended may be given up, too. */
  async giveUp(caller: Caller, facilityId: string, holdId: string): Promise<void> {
    const facility = await this.facilities.get(caller, facilityId);
    await this.seats.giveUp(facility.id, holdId);
  }
}
