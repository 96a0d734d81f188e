import { Injectable } from '@nestjs/common';
import { SlotClaimsService } from '../availability/slot-claims.service.js';
import { isoInZone } from '../common/zoned-time.js';
import type { Appointment } from './appointment.entity.js';
import type { EventContext } from './event-context.js';

/** What an event means for free slots: claims of our own bookings, and the months that are kept. */
@Injectable()
export class EventSlotsService {
  constructor(private readonly claims: SlotClaimsService) {}

  async follow(context: EventContext, before: Appointment | null, after: Appointment): Promise<void> {
    await this.endClaimsOfCalls(before, after);
    const isSamePlace = before?.startAt?.getTime() === after.startAt?.getTime() && before?.calendarId === after.calendarId;
    const isSeated = (appointment: Appointment | null): boolean =>
      appointment !== null && (appointment.status === 'SCHEDULED' || appointment.status === 'SHOW');
    if (isSamePlace && isSeated(before) === isSeated(after)) return;
    if (before && context.records.attemptsOf(after).length > 0) await this.settleClaims(before, after, isSamePlace);
    if (isSeated(before) && before) this.noteChange(context, before);
    if (!isSamePlace || !isSeated(before)) this.noteChange(context, after);
  }

  /**
   * A call of ours that this event has ended, whichever way: the seat of a booking that was canceled is free, and the one that a change asked
   * for is the hospital's to count from its next live read on. Nobody else ends these claims.
   */
  private async endClaimsOfCalls(before: Appointment | null, after: Appointment): Promise<void> {
    if (before?.status === 'PENDING' && after.status === 'CANCELED') await this.claims.release(after.facilityId, after.id);
    const asked = before?.pendingChange;
    if (asked?.start == null || after.pendingChange !== null) return;
    await this.claims.confirm(after.facilityId, after.id, { calendarId: asked.calendarId, startAt: new Date(asked.start) });
  }

  /** Only bookings of ours have claims. */
  private async settleClaims(before: Appointment, after: Appointment, isSamePlace: boolean): Promise<void> {
    const isGone = after.status === 'CANCELED' || !isSamePlace;
    if (!isGone) return this.claims.confirm(after.facilityId, after.id, after);
    if (before.startAt !== null) {
      await this.claims.release(after.facilityId, after.id, { calendarId: before.calendarId, startAt: before.startAt });
    }
    if (after.status !== 'CANCELED' && after.pendingChange === null) await this.claims.confirm(after.facilityId, after.id, after);
  }

  /** Once for each month, however many of the events are in it. */
  private noteChange({ records, references }: EventContext, { calendarId, startAt: start }: Appointment): void {
    if (calendarId === null || start === null) return;
    const month = isoInZone(start, references.timezoneOfId(calendarId)).slice(0, 'YYYY-MM'.length);
    records.changedMonths.set(`${calendarId}|${month}`, { calendarId, start });
  }
}
