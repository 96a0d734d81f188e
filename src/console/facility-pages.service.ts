import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import type { CalendarPageDto } from '../calendars/calendar.dto.js';
import { CalendarSyncsService } from '../calendars/calendar-syncs.service.js';
import type { CalendarSyncPageDto } from '../calendars/calendar-sync.dto.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { FacilityDto } from '../facilities/facility.dto.js';
import type { FacilityHealthDto } from '../operations/facility-health.dto.js';
import type { GoLiveDto } from '../operations/go-live.dto.js';
import { GoLiveService } from '../operations/go-live.service.js';
import { FacilityHealthService } from '../operations/facility-health.service.js';

const CALENDARS = { limit: 50 };
const RUNS = { limit: 10 };

/** All about a facility that its page shows. */
export interface FacilityPage {
  facility: FacilityDto;
  goLive: GoLiveDto;
  health: FacilityHealthDto;
  calendars: CalendarPageDto;
  syncs: CalendarSyncPageDto;
}

@Injectable()
export class FacilityPages {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly goLive: GoLiveService,
    private readonly health: FacilityHealthService,
    private readonly calendars: CalendarsService,
    private readonly syncs: CalendarSyncsService,
  ) {}

  /** `calendarsAfter`: the cursor of its calendars' page. Throws `FacilityNotFoundError`. */
  async of(caller: Caller, facilityId: string, calendarsAfter?: string): Promise<FacilityPage> {
    const facility = await this.facilities.getDto(caller, facilityId);
    const query = { ...CALENDARS, ...(calendarsAfter === undefined ? {} : { cursor: calendarsAfter }) };
    const [goLive, health, calendars, syncs] = await Promise.all([
      this.goLive.of(caller, facilityId),
      this.health.of(caller, facilityId),
      this.calendars.list(caller, facilityId, query),
      this.syncs.list(caller, facilityId, RUNS),
    ]);
    return { facility, goLive, health, calendars, syncs };
  }
}
