import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, IsUUID, Length } from 'class-validator';
import { PageQuery, type Page } from '../common/paging.js';
import { MayBeAbsent } from '../common/validators.js';
import {
  MESSAGE_CHANNELS,
  NOTIFICATION_KINDS,
  NOTIFICATION_SOURCES,
  NOTIFICATION_STATUSES,
  type AttemptOutcome,
  type MessageChannel,
  type NotificationKind,
  type NotificationSource,
  type NotificationStatus,
} from './notification-state.js';
import { VERDICTS, type Verdict } from './verdict.js';

/** One try to hand a message to a provider. Times are ISO 8601, in the facility's zone, as all here. */
export class NotificationAttemptDto {
  id!: string;
  at!: string;
  @ApiProperty({ enum: MESSAGE_CHANNELS })
  channel!: MessageChannel;
  /** null: under way. `unknown`: it may have been sent; it is not sent again. */
  @ApiProperty({ enum: ['accepted', 'refused', 'retry', 'unknown'], nullable: true })
  outcome!: AttemptOutcome | null;
  /** The provider's. */
  providerMessageId!: string | null;
  /**
   * Why, for what was not accepted or not delivered.
   * @example "opted-out"
   */
  error!: string | null;
  /**
   * As the provider spells it.
   * @example "21610"
   */
  providerError!: string | null;
  /** Of an SMS. */
  segments!: number | null;
  deliveredAt!: string | null;
  readAt!: string | null;
  failedAt!: string | null;
}

/** That a person has had it sent again. */
export class ResendDto {
  at!: string;
  /** Of the API key. */
  keyId!: string;
  reason!: string | null;
}

/** A message that a patient is to get, and what became of it. */
export class NotificationDto {
  /** @example "01999c5e-0000-7000-8000-000000000001" */
  id!: string;
  facilityId!: string;
  /** The hub's. */
  appointmentId!: string;
  contactId!: string;
  @ApiProperty({ enum: NOTIFICATION_KINDS })
  kind!: NotificationKind;
  /** Whose doing it tells of. */
  @ApiProperty({ enum: NOTIFICATION_SOURCES })
  source!: NotificationSource;
  /** Of the last try. */
  @ApiProperty({ enum: MESSAGE_CHANNELS, nullable: true })
  channel!: MessageChannel | null;
  @ApiProperty({ enum: NOTIFICATION_STATUSES })
  status!: NotificationStatus;
  /** Where it stands, as one code; null: not looked at yet. */
  @ApiProperty({ enum: VERDICTS, nullable: true })
  verdict!: Verdict | null;
  /** Not before. */
  sendAfter!: string;
  /** When the patient is to have been told at the latest. */
  deadline!: string;
  attempts!: NotificationAttemptDto[];
  resends!: ResendDto[];
  createdAt!: string;
}

/** With the text that was made last: a Messenger template is sent in the words that are registered at Meta. */
export class NotificationWithTextDto extends NotificationDto {
  /** BCP 47, of the text. */
  locale!: string | null;
  /** null: none was made yet. */
  text!: string | null;
}

export class NotificationPageDto implements Page<NotificationDto> {
  data!: NotificationDto[];
  nextCursor!: string | null;
}

export class NotificationQuery extends PageQuery {
  @IsIn(NOTIFICATION_STATUSES)
  @MayBeAbsent()
  status?: NotificationStatus;

  /** The hub's id. */
  @IsUUID()
  @IsOptional()
  appointmentId?: string;

  /** true: only those whose patient was to have been told by now. */
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  @MayBeAbsent()
  overdue?: boolean;
}

export class ResendNotificationDto {
  /**
   * Why, for the record. Encrypted at rest.
   * @example "The patient asked for it again at the desk."
   */
  @IsString()
  @Length(1, 500)
  @IsOptional()
  reason?: string | null;
}
