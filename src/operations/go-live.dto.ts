import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsString, Length, Matches } from 'class-validator';
import { MayBeAbsent, NormalizeSpace } from '../common/validators.js';
import { GIVEN_STATUSES, type GivenStatus } from '../facilities/facility.dto.js';
import type { FacilityStatus, StatusReason } from '../facilities/facility.settings.js';
import { GO_LIVE_REQUIREMENTS, type GoLiveRequirement } from '../facilities/go-live-rules.js';

export class SetFacilityStatusDto {
  /** `live` only when nothing is missing, or by hand. */
  @ApiProperty({ enum: GIVEN_STATUSES, example: 'testing' })
  @IsIn(GIVEN_STATUSES)
  status!: GivenStatus;

  /** Live, whatever is missing: the caller vouches for the hospital. Needs a `reason`. False, if left out. */
  @IsBoolean()
  @MayBeAbsent()
  byHand?: boolean;

  /**
   * Kept, encrypted, in the audit log.
   * @example "Certified on site, the hospital sends no test webhooks"
   */
  @NormalizeSpace()
  @IsString()
  @Matches(/[\p{L}\p{N}]/u, { message: 'reason must say something' })
  @Length(1, 200)
  @MayBeAbsent()
  reason?: string;
}

export class GoLiveRequirementDto {
  @ApiProperty({ enum: GO_LIVE_REQUIREMENTS })
  requirement!: GoLiveRequirement;

  met!: boolean;

  /** ISO 8601, in the facility's zone, as all times here: of the first event or answer that meets it, of the last connection check. */
  at!: string | null;

  /** The webhook event's id, or the appointment's; of a connection check null. */
  evidenceId!: string | null;

  /** What is to be done; null: it is met. */
  missing!: string | null;
}

/** How far a facility is on its way to live. */
export class GoLiveDto {
  facilityId!: string;
  status!: FacilityStatus;
  /** @example "2026-03-09T09:30:00+08:00" */
  statusSince!: string;
  statusReason!: StatusReason;
  /** Where a failure is the reason: its code, such as `upstream-timeout`. */
  statusCause!: string | null;
  /** Nothing is missing: it may be set live. */
  ready!: boolean;
  requirements!: GoLiveRequirementDto[];
}
