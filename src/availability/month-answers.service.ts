import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { mayTouch, type Caller } from '../auth/scope.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import { Clock } from '../common/clock.js';
import { isoInZone } from '../common/zoned-time.js';
import { HubConfig } from '../config/config.js';
import { asWorkerOf } from '../database/worker-context.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { FacilityNotFoundError } from '../facilities/facility.errors.js';
import { AvailabilityCache } from './availability-cache.js';
import { AvailabilityDrops } from './availability-drops.js';
import type { AvailabilityDto, AvailabilityQueryDto, EmptyReason } from './availability.dto.js';
import { KnownMonths } from './known-months.service.js';
import { textOf, type MonthKey } from './month-key.js';
import { isPastMonth } from './month.js';
import { SharedReads } from './shared-reads.js';

/** Reads for those whose limits have been looked at, and not yet taken from. */
const MOST_AHEAD = 16;

/** The slots of a month, as the chat shows them. */
@Injectable()
export class MonthAnswersService {
  private readonly answers = new SharedReads<string>();
  private ahead = 0;

  constructor(
    private readonly config: HubConfig,
    private readonly em: EntityManager,
    private readonly facilities: FacilitiesService,
    private readonly calendars: CalendarsService,
    private readonly months: KnownMonths,
    private readonly cache: AvailabilityCache,
    private readonly clock: Clock,
    drops: AvailabilityDrops,
  ) {
    drops.onDrop(drop => {
      this.answers.outdate(drop);
    });
  }

  /**
   * An `AvailabilityDto` as JSON text: what is kept is kept written. Throws the errors of unknown ids, `FacilityInactiveError` and
   * `AvailabilityUnknownError`.
   */
  async getJson(caller: Caller, facilityId: string, query: AvailabilityQueryDto): Promise<string> {
    if (!mayTouch(caller, facilityId)) throw new FacilityNotFoundError(facilityId);
    const key: MonthKey = { facilityId, ...query };
    const now = this.clock.now();
    const kept = this.cache.get(key, now);
    if (kept) return kept.offered.json(kept.source, now);
    const place = { facilityId, calendarId: query.calendarId, fromMs: -Infinity, untilMs: Infinity };
    return this.answers.share(textOf(key), place, () => this.answer(caller, key));
  }

  /** Begins to read a month for somebody who is on the usual way to ask for it, and finds it under way. Never throws. */
  readAhead(caller: Caller, key: MonthKey): void {
    if (this.ahead >= MOST_AHEAD) return;
    this.ahead++;
    const { facilityId } = key;
    asWorkerOf(this.em, facilityId, () => this.getJson(caller, facilityId, key))
      .catch(() => undefined)
      .finally(() => this.ahead--);
  }

  private async answer(caller: Caller, key: MonthKey): Promise<string> {
    const facility = await this.facilities.getActive(caller, key.facilityId);
    const { bookable, reason } = await this.calendars.getBookability(facility, key.calendarId, key.appointmentTypeId);
    const hubReason = reason ?? (isPastMonth(key.month, bookable.timezone, this.clock.now()) ? 'past-month' : null);
    if (hubReason !== null) return JSON.stringify(nothing(key.month, bookable.timezone, hubReason, this.clock.now()));
    const { offered, source } = await this.months.get(facility, bookable, key.month, this.config.availabilityTimeoutMs);
    return offered.json(source, this.clock.now());
  }
}

/** The hub's own answer, for which the hospital need not be asked: as live as can be. */
function nothing(month: string, timezone: string, emptyReason: EmptyReason, now: Date): AvailabilityDto {
  return { month, timezone, days: [], freshness: { source: 'live', fetchedAt: isoInZone(now, timezone) }, emptyReason };
}
