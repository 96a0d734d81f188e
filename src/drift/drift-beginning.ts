import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { Caller } from '../auth/scope.js';
import type { CalendarReferences } from '../calendars/calendar-references.js';
import { CalendarsService } from '../calendars/calendars.service.js';
import { Clock } from '../common/clock.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import type { DriftRun } from './drift-run.entity.js';
import { DriftRunRepository } from './drift-run.repository.js';
import type { DriftWindow } from './drift-state.js';
import { windowAt } from './drift-window-rules.js';

/** The hub itself: its jobs may touch every facility. */
const HUB: Caller = { keyId: 'hub', scopes: ['admin'], facilityIds: null };

/** One run, as its job names it. */
export interface DriftRunId {
  facilityId: string;
  id: string;
}

/** What a run is carried out with. `run.startedAt`: what was changed here since is not compared. */
export interface Comparison {
  run: DriftRun;
  facility: Facility;
  references: CalendarReferences;
  window: DriftWindow;
  signal: AbortSignal;
}

/** Begins a run, outside of which transaction the hospital is then asked. */
@Injectable()
export class DriftBeginning {
  constructor(
    private readonly em: EntityManager,
    private readonly facilities: FacilitiesService,
    private readonly calendars: CalendarsService,
    private readonly runs: DriftRunRepository,
    private readonly clock: Clock,
  ) {}

  /** null when the run is finished already. Throws `FacilityInactiveError`. */
  async begin(id: DriftRunId, signal: AbortSignal): Promise<Comparison | null> {
    const begun = await this.em.transactional(
      async em => {
        const run = await this.runs.findLocked(em, id.facilityId, id.id);
        if (run?.status !== 'running') return null;
        run.startedAt = this.clock.now();
        return { run, facility: await this.facilities.getActive(HUB, id.facilityId) };
      },
      { clear: true },
    );
    if (!begun) return null;
    return { ...begun, references: await this.calendars.references(begun.facility), window: windowAt(begun.run.startedAt), signal };
  }
}
