import { Injectable } from '@nestjs/common';
import type { Bookable } from '../calendars/bookable.js';
import { Clock } from '../common/clock.js';
import { HubConfig } from '../config/config.js';
import { isoInZone } from '../common/zoned-time.js';
import type { Facility } from '../facilities/facility.entity.js';
import { SlotTakenError, StartNotOfferedError } from './availability.errors.js';
import { AvailabilityService } from './availability.service.js';
import type { OfferedLookup } from './slot-lookup.service.js';

/** A slot that may be asked for. */
export interface WantedSlot {
  startAt: Date;
  endAt: Date;
  /** How many the hospital offered; at least 1. */
  seats: number;
  /** When it was asked. */
  listedAt: Date;
  /** It is the appointment's own, already. */
  isOwn: boolean;
}

/** Where an appointment that moves is at present; null where the hospital has not told. */
export interface OwnSlot {
  calendarId: string | null;
  startAt: Date | null;
  endAt: Date | null;
}

/** What is left of the time that a request may take. */
export interface TimeLeft {
  leftMs(): number;
}

const ALTERNATIVES = 3;

/** Judges the slot that a patient wants, and finds others when it is taken. */
@Injectable()
export class WantedSlotsService {
  constructor(
    private readonly config: HubConfig,
    private readonly availability: AvailabilityService,
    private readonly clock: Clock,
  ) {}

  /**
   * The slot at `startAt`. To an appointment that moves (`own`), its present time counts as free: what overlaps it is for
   * the hospital to judge, which lists it as taken. Throws `StartNotOfferedError`, `SlotTakenError`, or the hospital's
   * `UpstreamError` when nothing at all is known of that month.
   */
  async find(facility: Facility, bookable: Bookable, startAt: Date, own: OwnSlot | null, budget: TimeLeft): Promise<WantedSlot> {
    const start = isoInZone(startAt, bookable.timezone);
    if (startAt <= this.clock.now()) throw new StartNotOfferedError('start-in-past', start);
    const endAt = new Date(startAt.getTime() + bookable.durationMinutes * 60_000);
    if (own?.calendarId === bookable.calendarId && own.startAt?.getTime() === startAt.getTime())
      return { startAt, endAt: own.endAt ?? endAt, seats: 1, listedAt: this.clock.now(), isOwn: true };

    const found = await this.availability.findSlot(facility, bookable, startAt);
    if (found.kind === 'offered') return wantedOf(found, startAt);
    if (found.kind === 'unknown') throw found.error;
    if (own && found.isOnGrid && overlaps(own, bookable, startAt, endAt))
      return { startAt, endAt, seats: 1, listedAt: found.freshness.fetchedAt, isOwn: false };
    if (found.wasOffered) throw await this.taken(facility, bookable, startAt, budget);
    throw new StartNotOfferedError('slot-not-offered', start);
  }

  /** A slot to book, where this copy knows of it without a wait; null says nothing: `find` does. */
  findListed(bookable: Bookable, startAt: Date): WantedSlot | null {
    const found = this.availability.findListedSlot(bookable, startAt);
    return found && wantedOf(found, startAt);
  }

  /** The error for a taken slot, with alternatives that were free just now. */
  async taken(
    facility: Facility,
    bookable: Bookable,
    startAt: Date,
    budget: TimeLeft,
    appointmentId: string | null = null,
  ): Promise<SlotTakenError> {
    const deadlineMs = Math.min(this.config.availabilityTimeoutMs, budget.leftMs());
    const alternatives = await this.availability.findAlternatives(facility, bookable, startAt, ALTERNATIVES, deadlineMs);
    return new SlotTakenError(isoInZone(startAt, bookable.timezone), alternatives, appointmentId);
  }
}

function wantedOf({ end, seats, freshness }: OfferedLookup, startAt: Date): WantedSlot {
  return { startAt, endAt: end, seats, listedAt: freshness.fetchedAt, isOwn: false };
}

function overlaps(own: OwnSlot, bookable: Bookable, startAt: Date, endAt: Date): boolean {
  return own.calendarId === bookable.calendarId && own.startAt !== null && own.endAt !== null && startAt < own.endAt && endAt > own.startAt;
}
