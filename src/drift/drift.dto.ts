import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import { APPOINTMENT_STATUSES, type AppointmentStatus } from '../appointments/appointment-state.js';
import { PageQuery, type Page } from '../common/paging.js';
import { MayBeAbsent } from '../common/validators.js';
import {
  DRIFT_KINDS,
  DRIFT_RUN_STATUSES,
  FINDING_STATUSES,
  type DriftKind,
  type DriftRunStatus,
  type FindingStatus,
} from './drift-state.js';

/** One comparison. */
export class DriftRunDto {
  /** @example "01999c5e-0000-7000-8000-000000000005" */
  id!: string;
  /** `untrusted`: the list was read, and cannot be relied on. `not-supported`: the hospital has none. */
  @ApiProperty({ enum: DRIFT_RUN_STATUSES })
  status!: DriftRunStatus;
  /**
   * ISO 8601, in the facility's zone, as all times here.
   * @example "2026-03-09T09:30:00+08:00"
   */
  startedAt!: string;
  /** null while it runs. */
  finishedAt!: string | null;
  /** Appointments of the hub's that were compared. */
  compared!: number;
  /** Those that could not be: something is under way with them, or the hospital could not be asked. */
  skipped!: number;
  /** Appointments that the hospital listed. */
  listed!: number;
  /**
   * Why it did not succeed; stable.
   * @example "list-smaller"
   */
  code!: string | null;
  message!: string | null;
}

/** An appointment as one of the two has it. */
export class DriftSideDto {
  /** null: not told. */
  @ApiProperty({ enum: APPOINTMENT_STATUSES, nullable: true })
  status!: AppointmentStatus | null;
  /** ISO 8601, in the calendar's zone. */
  start!: string | null;
  /** The hub's; null: none, or one that the hub does not know. */
  calendarId!: string | null;
}

/** One difference between the hub and the hospital. */
export class DriftFindingDto {
  /** @example "01999c5e-0000-7000-8000-000000000006" */
  id!: string;
  @ApiProperty({ enum: DRIFT_KINDS })
  kind!: DriftKind;
  @ApiProperty({ enum: FINDING_STATUSES })
  status!: FindingStatus;
  /** The hub's; null: it knows none. */
  appointmentId!: string | null;
  /** The hospital's. */
  externalId!: string;
  ours!: DriftSideDto | null;
  theirs!: DriftSideDto | null;
  isRepairable!: boolean;
  /**
   * Why not; stable.
   * @example "list-smaller"
   */
  notRepairableCode!: string | null;
  firstSeenAt!: string;
  lastSeenAt!: string;
  closedAt!: string | null;
  /** Why a person closed it so. */
  reason!: string | null;
}

/** How the hub and the hospital differ. */
export class DriftReportDto implements Page<DriftFindingDto> {
  /** The last one, also while it runs; null: none has begun yet. */
  run!: DriftRunDto | null;
  /** Whether the last comparison that has ended can be relied on. */
  isRepairable!: boolean;
  data!: DriftFindingDto[];
  nextCursor!: string | null;
}

export class DriftQuery extends PageQuery {
  /** `open` if left out. */
  @IsIn(FINDING_STATUSES)
  @MayBeAbsent()
  status?: FindingStatus;

  @IsIn(DRIFT_KINDS)
  @MayBeAbsent()
  kind?: DriftKind;
}

export class StartDriftDto {
  /**
   * A person has looked: the hospital's list is right to be smaller than it was, or than the hub expects.
   * @example false
   */
  @IsBoolean()
  @MayBeAbsent()
  isSmallerListExpected?: boolean;
}
