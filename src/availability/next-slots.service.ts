import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import type { Bookable } from '../calendars/bookable.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import { Clock } from '../common/clock.js';
import { parseInstant } from '../common/validators.js';
import { isoInZone } from '../common/zoned-time.js';
import { HubConfig } from '../config/config.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import { AVAILABILITY_SOURCES, type FreshnessDto, type NextSlotsDto, type NextSlotsQueryDto } from './availability.dto.js';
import { AvailabilityUnknownError } from './availability.errors.js';
import { mapBounded } from './bounded.js';
import { KnownMonths, type KnownMonth } from './known-months.service.js';
import { LAST_MONTH, monthOf, nextMonth } from './month.js';
import type { OfferedSlot } from './slot-days.js';

/** After the month of `from`. */
const MONTHS_AHEAD = 3;
/** Calendars of one hospital that are read at the same time. */
const CONCURRENCY = 5;

/** One month of one calendar in the search. */
interface Step {
  bookable: Bookable;
  month: string;
}

type StepResult = Step & ({ known: KnownMonth; error: null } | { known: null; error: AvailabilityUnknownError });

interface Found extends OfferedSlot {
  bookable: Bookable;
}

/** The earliest slots over all calendars that offer a type. */
@Injectable()
export class NextSlotsService {
  constructor(
    private readonly config: HubConfig,
    private readonly facilities: FacilitiesService,
    private readonly calendars: CalendarsService,
    private readonly months: KnownMonths,
    private readonly clock: Clock,
  ) {}

  /**
   * Month by month, all calendars at once, until enough are found. Within the deadline of one availability request altogether:
   * past it only what is known already counts. Throws `AvailabilityUnknownError` when of no calendar anything could be learned.
   */
  async find(caller: Caller, facilityId: string, query: NextSlotsQueryDto): Promise<NextSlotsDto> {
    const facility = await this.facilities.getActive(caller, facilityId);
    const bookables = await this.calendars.listBookables(facility, {
      appointmentTypeId: query.appointmentTypeId,
      calendarId: query.calendarId,
    });
    const after = afterOf(query, this.clock.now());
    const results = await this.search(facility, bookables, after, query.limit);
    const failures = results.filter(result => result.error !== null);
    const known = results.flatMap(result => result.known ?? []);
    if (failures[0] && known.length === 0) throw failures[0].error;
    return {
      data: earliest(results, after)
        .slice(0, query.limit)
        .map(({ bookable, startMs, endMs, seats }) => ({
          calendarId: bookable.calendarId,
          appointmentTypeId: bookable.appointmentTypeId,
          start: isoInZone(new Date(startMs), bookable.timezone),
          end: isoInZone(new Date(endMs), bookable.timezone),
          available: seats,
        })),
      freshness: this.worst(known, facility.timezone),
      failedCalendarIds: failures.map(failure => failure.bookable.calendarId),
    };
  }

  private async search(facility: Facility, bookables: readonly Bookable[], after: Date, limit: number): Promise<StepResult[]> {
    const endMs = this.clock.monotonicMs() + this.config.availabilityTimeoutMs;
    const results: StepResult[] = [];
    let steps: Step[] = bookables.map(bookable => ({ bookable, month: monthOf(after, bookable.timezone) }));
    for (let round = 0; round <= MONTHS_AHEAD && steps.length > 0; round++) {
      const ofRound = await mapBounded(steps, CONCURRENCY, step => this.take(facility, step, endMs - this.clock.monotonicMs()));
      results.push(...ofRound);
      const read = ofRound.filter(result => result.known !== null);
      // Months of different zones end at different moments: beyond the first of them others may have earlier slots.
      const untilMs = Math.min(...read.map(result => result.known.offered.window.untilMs));
      if (earliest(results, after).filter(slot => slot.startMs < untilMs).length >= limit) break;
      steps = read.map(({ bookable, month }) => ({ bookable, month: nextMonth(month) })).filter(step => step.month <= LAST_MONTH);
    }
    return results;
  }

  private async take(facility: Facility, step: Step, waitMs: number): Promise<StepResult> {
    try {
      return { ...step, known: await this.months.get(facility, step.bookable, step.month, waitMs), error: null };
    } catch (error) {
      if (!(error instanceof AvailabilityUnknownError)) throw error;
      return { ...step, known: null, error };
    }
  }

  private worst(known: readonly KnownMonth[], timezone: string): FreshnessDto {
    const rank = Math.max(0, ...known.map(({ source }) => AVAILABILITY_SOURCES.indexOf(source)));
    const oldestMs = Math.min(this.clock.now().getTime(), ...known.map(({ offered }) => offered.fetchedAt.getTime()));
    return { source: AVAILABILITY_SOURCES[rank] ?? 'live', fetchedAt: isoInZone(new Date(oldestMs), timezone) };
  }
}

/** The instant after which slots must begin: now, or just before the `from` that was asked for. */
function afterOf(query: NextSlotsQueryDto, now: Date): Date {
  const from = query.from === undefined ? null : parseInstant(query.from);
  return new Date(Math.max(now.getTime(), from ? from.getTime() - 1 : 0));
}

function earliest(results: readonly StepResult[], after: Date): Found[] {
  return results
    .flatMap(({ known, bookable }) => known?.offered.upcoming(after).map(slot => ({ ...slot, bookable })) ?? [])
    .sort((a, b) => a.startMs - b.startMs || a.bookable.calendarId.localeCompare(b.bookable.calendarId));
}
