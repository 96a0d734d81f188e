import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID, Matches } from 'class-validator';
import { HOSPITAL_EVENT_TYPES, type HospitalEventType } from '../appointments/hospital-event.js';
import { PageQuery, type Page } from '../common/paging.js';
import { IsInstant, MayBeAbsent } from '../common/validators.js';
import { WEBHOOK_FLAGS, WEBHOOK_OUTCOMES, type WebhookFlag, type WebhookOutcome } from './webhook-event-state.js';

/** What is looked at anew: what was applied, or was the echo of a change of ours, has done what it does, and its record stays. */
export const REPLAYABLE = ['superseded', 'held', 'rejected'] as const satisfies WebhookOutcome[];

/** What an event changed. */
export class FieldChangeDto {
  /** @example "start" */
  field!: string;
  /**
   * null: there was none, or it is the patient's own and not shown.
   * @example "2026-03-09T01:30:00.000Z"
   */
  before!: string | null;
  after!: string | null;
}

/** An event of the hospital, and what became of it. */
export class WebhookEventDto {
  /** @example "01999c5e-0000-7000-8000-000000000001" */
  id!: string;
  facilityId!: string;
  /** null: not read yet, or of no known name. */
  @ApiProperty({ enum: HOSPITAL_EVENT_TYPES, nullable: true })
  type!: HospitalEventType | null;
  @ApiProperty({ enum: WEBHOOK_OUTCOMES })
  outcome!: WebhookOutcome;
  /** Why, for whatever is not simply applied. */
  reason!: string | null;
  /** What is odd about it. */
  @ApiProperty({ enum: WEBHOOK_FLAGS, isArray: true })
  flags!: WebhookFlag[];
  /** How often it was delivered. */
  deliveries!: number;
  /** When it happened, as far as the hospital said so. ISO 8601, in the facility's zone, as all times here. */
  occurredAt!: string | null;
  /**
   * Of the first delivery.
   * @example "2026-03-09T09:30:00+08:00"
   */
  receivedAt!: string;
  /** null: it has changed nothing, or not yet. */
  appliedAt!: string | null;
  /** Of one that is held: when at the latest it is decided. */
  heldUntil!: string | null;
  /** The hub's. */
  appointmentId!: string | null;
  contactId!: string | null;
  changes!: FieldChangeDto[];
}

export class WebhookEventPageDto implements Page<WebhookEventDto> {
  data!: WebhookEventDto[];
  nextCursor!: string | null;
}

export class WebhookEventQuery extends PageQuery {
  @IsIn(WEBHOOK_OUTCOMES)
  @MayBeAbsent()
  outcome?: WebhookOutcome;

  @IsIn(HOSPITAL_EVENT_TYPES)
  @MayBeAbsent()
  type?: HospitalEventType;

  /** @example "unknown-event" */
  @Matches(/^[a-z-]{1,60}$/, { message: 'reason must be a code such as unknown-event' })
  @IsOptional()
  reason?: string;

  /** The hub's id. */
  @IsUUID()
  @IsOptional()
  appointmentId?: string;
}

/** Which events are to be looked at anew. */
export class ReplayWebhookEventsDto {
  /**
   * Those that were received then or later.
   * @example "2026-03-09T09:30:00+08:00"
   */
  @IsInstant()
  since!: string;

  /**
   * Those that were applied, or were a duplicate, have done what they do: they are not to be had again.
   * @example "rejected"
   */
  @IsIn(REPLAYABLE)
  @ApiProperty({ enum: REPLAYABLE, example: 'rejected' })
  outcome!: (typeof REPLAYABLE)[number];
}

export class WebhookReplayDto {
  /**
   * How many are replayed; 10,000 at most in one call, oldest first.
   * @example 12
   */
  count!: number;
}
