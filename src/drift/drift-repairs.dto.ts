import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsOptional, IsString, IsUUID, Length } from 'class-validator';
import { Nested, NormalizeSpace } from '../common/validators.js';
import { FINDING_STATUSES, type FindingStatus } from './drift-state.js';
import { REPAIR_ACTIONS, type RepairAction } from './repair-rules.js';

/** What shall become of one finding. */
export class DriftRepairDto {
  /** @example "01999c5e-0000-7000-8000-000000000006" */
  @IsUUID()
  findingId!: string;

  /**
   * `apply`: as the hospital has it. `dismiss`: it may differ. Of `missing-upstream`: `cancel` or `keep`, one in a call, with a reason.
   * @example "apply"
   */
  @IsIn(REPAIR_ACTIONS)
  action!: RepairAction;
}

export class RepairDriftDto {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @Nested(() => DriftRepairDto, { each: true })
  repairs!: DriftRepairDto[];

  /**
   * Kept encrypted.
   * @example "The hospital says that it was deleted."
   */
  @NormalizeSpace()
  @IsString()
  @Length(1, 500)
  @IsOptional()
  reason?: string | null;
}

/** What became of it. */
export class DriftRepairResultDto {
  findingId!: string;
  @ApiProperty({ enum: FINDING_STATUSES })
  status!: FindingStatus;
  /**
   * Why it is not as it was asked for; stable. null: it is.
   * @example "finding-outdated"
   */
  code!: string | null;
  /** The hub's. */
  appointmentId!: string | null;
}

export class DriftRepairsDto {
  data!: DriftRepairResultDto[];
}
