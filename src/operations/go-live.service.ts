import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/scope.js';
import { InvalidFieldError } from '../common/domain-error.js';
import { isoInZone } from '../common/zoned-time.js';
import { FacilitiesService } from '../facilities/facilities.service.js';
import type { Facility } from '../facilities/facility.entity.js';
import { FacilityStatusService } from '../facilities/facility-status.service.js';
import {
  countsFrom,
  GO_LIVE_REQUIREMENTS,
  HOW_TO_MEET,
  missingOf,
  type GoLiveEvidence,
  type GoLiveRequirement,
  type JudgedRequirement,
} from '../facilities/go-live-rules.js';
import type { GoLiveDto, SetFacilityStatusDto } from './go-live.dto.js';
import { GoLiveRepository } from './go-live.repository.js';

/** The way of a facility from draft by testing to live. */
@Injectable()
export class GoLiveService {
  constructor(
    private readonly facilities: FacilitiesService,
    private readonly statuses: FacilityStatusService,
    private readonly repository: GoLiveRepository,
  ) {}

  /** Throws `FacilityNotFoundError`. */
  async of(caller: Caller, facilityId: string): Promise<GoLiveDto> {
    const { id } = await this.facilities.get(caller, facilityId);
    const facility = await this.facilities.getFresh(id);
    return toDto(facility, await this.judge(facility));
  }

  /** Throws `FacilityNotFoundError`, `GoLiveRefusedError` with what is missing, `InvalidFieldError`. */
  async setStatus(caller: Caller, facilityId: string, { status, byHand, reason }: SetFacilityStatusDto): Promise<GoLiveDto> {
    const isByHand = byHand === true;
    if (isByHand && reason === undefined) throw new InvalidFieldError('reason', 'required', 'reason is needed with byHand.');
    const missing = async (facility: Facility): Promise<GoLiveRequirement[]> => missingOf(await this.judge(facility));
    await this.statuses.change(caller, facilityId, { to: status, isByHand }, missing);
    return this.of(caller, facilityId);
  }

  private async judge(facility: Facility): Promise<JudgedRequirement[]> {
    const judged: JudgedRequirement[] = [];
    for (const requirement of GO_LIVE_REQUIREMENTS) {
      const since = countsFrom(requirement, facility);
      judged.push({ requirement, evidence: since && (await this.evidenceFor(requirement, facility, since)) });
    }
    return judged;
  }

  private async evidenceFor(requirement: GoLiveRequirement, facility: Facility, since: Date): Promise<GoLiveEvidence | null> {
    switch (requirement) {
      case 'connection-check': {
        const { connectionCheckedAt: at, hasConnectionPassed } = facility;
        return at && at >= since && hasConnectionPassed === true ? { at, id: null } : null;
      }
      case 'webhook':
        return this.repository.firstWebhook(facility.id, since);
      case 'booking':
        return this.repository.firstYes(facility.id, 'book', since);
      case 'cancel':
        return this.repository.firstYes(facility.id, 'cancel', since);
    }
  }
}

function toDto(facility: Facility, judged: readonly JudgedRequirement[]): GoLiveDto {
  const { id, status, statusSince, statusReason, statusCause, timezone } = facility;
  return {
    facilityId: id,
    status,
    statusSince: isoInZone(statusSince, timezone),
    statusReason,
    statusCause,
    ready: missingOf(judged).length === 0,
    requirements: judged.map(({ requirement, evidence }) => ({
      requirement,
      met: evidence !== null,
      at: evidence && isoInZone(evidence.at, timezone),
      evidenceId: evidence?.id ?? null,
      missing: evidence ? null : HOW_TO_MEET[requirement],
    })),
  };
}
