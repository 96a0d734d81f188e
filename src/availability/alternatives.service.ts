import { Injectable } from '@nestjs/common';
import type { Bookable } from '../calendars/bookable.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import { Clock } from '../common/clock.js';
import { isoInZone } from '../common/zoned-time.js';
import type { Facility } from '../facilities/facility.entity.js';
import { UpstreamError } from '../schedulers/upstream.errors.js';
import { LiveMonths } from './live-months.service.js';
import { monthOf, nextMonth } from './month.js';
import type { OfferedMonth } from './offered-month.js';
import { bestAlternatives, type Alternative } from './slot-alternatives.js';

/** The calendar itself, and four others. */
const MAX_CALENDARS = 5;

/** As it stands in the answer to who wanted another: ISO 8601 with the offset of that calendar's zone. */
export interface AlternativeSlot {
  calendarId: string;
  start: string;
  end: string;
}

/** One month of one calendar to look into. */
interface Place {
  bookable: Bookable;
  month: string;
}

/** What to offer instead of a slot that is taken. */
@Injectable()
export class AlternativesService {
  constructor(
    private readonly calendars: CalendarsService,
    private readonly live: LiveMonths,
    private readonly clock: Clock,
  ) {}

  /**
   * At most `limit`, best first (see `bestAlternatives`), as the hospital offers them now; none where it does not answer within
   * `deadlineMs` altogether. Looks into the month of `around`, then, while too few are found, into the next one and the other
   * calendars that offer the type.
   */
  async find(facility: Facility, bookable: Bookable, around: Date, limit: number, deadlineMs: number): Promise<AlternativeSlot[]> {
    const endMs = this.clock.monotonicMs() + deadlineMs;
    const startMs = around.getTime();
    const taken = { calendarId: bookable.calendarId, startMs, endMs: startMs + bookable.durationMinutes * 60_000 };
    const free: Alternative[] = [];
    const zones = new Map([[bookable.calendarId, bookable.timezone]]);
    for (const round of await this.rounds(facility, bookable, around)) {
      const months = await Promise.all(round.map(place => this.read(facility, place, endMs - this.clock.monotonicMs())));
      if (months.every(month => month === null)) break;
      round.forEach(({ bookable: { calendarId, timezone } }, index) => {
        zones.set(calendarId, timezone);
        free.push(...(months[index]?.upcoming(this.clock.now()) ?? []).map(({ startMs, endMs }) => ({ calendarId, startMs, endMs })));
      });
      if (bestAlternatives(free, taken, limit).length >= limit) break;
    }
    return bestAlternatives(free, taken, limit).map(({ calendarId, startMs, endMs }) => {
      const zone = zones.get(calendarId) ?? bookable.timezone;
      return { calendarId, start: isoInZone(new Date(startMs), zone), end: isoInZone(new Date(endMs), zone) };
    });
  }

  private async rounds(facility: Facility, bookable: Bookable, around: Date): Promise<Place[][]> {
    const offering = await this.calendars.listBookables(facility, { appointmentTypeId: bookable.appointmentTypeId });
    const others = offering.filter(other => other.calendarId !== bookable.calendarId).slice(0, MAX_CALENDARS - 1);
    const monthsOf = (b: Bookable): { present: Place; next: Place } => {
      const month = monthOf(around, b.timezone);
      return { present: { bookable: b, month }, next: { bookable: b, month: nextMonth(month) } };
    };
    const own = monthsOf(bookable);
    const theirs = others.map(monthsOf);
    return [[own.present], [own.next, ...theirs.map(o => o.present)], theirs.map(o => o.next)];
  }

  /** Null where the hospital does not answer. */
  private async read(facility: Facility, { bookable, month }: Place, waitMs: number): Promise<OfferedMonth | null> {
    try {
      return await this.live.getRecent(facility, bookable, month, waitMs);
    } catch (error) {
      if (error instanceof UpstreamError) return null;
      throw error;
    }
  }
}
