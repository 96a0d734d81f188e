import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { AvailabilityService } from '../availability/availability.service.js';
import { SlotClaimsService } from '../availability/slot-claims.service.js';
import type { Appointment } from './appointment.entity.js';
import type { EventContext } from './event-context.js';

/** What an event means for free slots: claims of our own bookings, and the months that are kept. */
@Injectable()
export class EventSlotsService {
  constructor(
    private readonly availability: AvailabilityService,
    private readonly claims: SlotClaimsService,
  ) {}

  async follow({ em, records }: EventContext, before: Appointment | null, after: Appointment): Promise<void> {
    const isSamePlace = before?.startAt?.getTime() === after.startAt?.getTime() && before?.calendarId === after.calendarId;
    const isSeated = (appointment: Appointment | null): boolean =>
      appointment !== null && (appointment.status === 'SCHEDULED' || appointment.status === 'SHOW');
    if (isSamePlace && isSeated(before) === isSeated(after)) return;
    if (before && records.attemptsOf(after).length > 0) await this.settleClaims(before, after, isSamePlace);
    if (isSeated(before) && before) await this.dropMonth(em, before);
    if (!isSamePlace || !isSeated(before)) await this.dropMonth(em, after);
  }

  /** Only bookings of ours have claims. */
  private async settleClaims(before: Appointment, after: Appointment, isSamePlace: boolean): Promise<void> {
    const isGone = after.status === 'CANCELED' || !isSamePlace;
    if (!isGone) return this.claims.confirm(after.facilityId, after.id);
    if (before.startAt !== null) {
      await this.claims.release(after.facilityId, after.id, { calendarId: before.calendarId, startAt: before.startAt });
    }
    if (after.status !== 'CANCELED' && after.pendingChange === null) await this.claims.confirm(after.facilityId, after.id);
  }

  private async dropMonth(em: EntityManager, { facilityId, calendarId, startAt }: Appointment): Promise<void> {
    if (calendarId !== null && startAt !== null) await this.availability.dropMonth(em, { facilityId, calendarId }, startAt);
  }
}
