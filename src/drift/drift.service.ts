import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { Caller } from '../auth/scope.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import { DriftOpening } from './drift-opening.js';
import { toDriftRunDto } from './drift.mapper.js';
import type { DriftRunDto, StartDriftDto } from './drift.dto.js';

/** The comparisons of a facility with its hospital's list as callers and the cron begin them. */
@Injectable()
export class DriftService {
  constructor(
    private readonly em: EntityManager,
    private readonly facilities: FacilitiesService,
    private readonly opening: DriftOpening,
  ) {}

  /** Opens a run now, or answers the one that is open. Throws `FacilityNotFoundError`, `FacilityInactiveError`. */
  async start(caller: Caller, facilityId: string, { isSmallerListExpected = false }: StartDriftDto): Promise<DriftRunDto> {
    return this.em.transactional(async em => {
      const facility = await this.facilities.getActive(caller, facilityId);
      const [run] = await this.opening.open(em, [facilityId], isSmallerListExpected);
      if (!run) throw new Error(`No comparison of facility ${facilityId} could be opened`);
      return toDriftRunDto(run, facility.timezone);
    });
  }

  /** Takes at most `limit` facilities that are due and opens their runs; how many it took. Copies take different ones. */
  async openDue(limit: number): Promise<number> {
    return this.em.transactional(
      async em => {
        const facilityIds = await this.facilities.takeDueForDrift(limit);
        await this.opening.open(em, facilityIds);
        return facilityIds.length;
      },
      { clear: true },
    );
  }
}
