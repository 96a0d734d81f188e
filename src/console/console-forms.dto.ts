import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Length, Max, MaxLength, Min } from 'class-validator';
import { DriftQuery } from '../drift/drift.dto.js';
import { REPAIR_ACTIONS, type RepairAction } from '../drift/repair-rules.js';
import { IsBcp47, IsInstant, LowerCase } from '../common/validators.js';
import { REPLAYABLE, WebhookEventQuery } from '../webhooks/webhook-event.dto.js';
import { CONSPICUOUS } from '../webhooks/webhook-event-state.js';

/** An empty field of a form is one that was left out. */
export function BlankIsAbsent(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() || undefined : value));
}

/** Every form of the console. */
export class ConsoleForm {
  /** Read by the guard already. */
  @IsString()
  csrf!: string;
}

/** What a page's own address may say besides; `done` is read apart. */
export class ConsoleQuery {
  @IsString()
  @MaxLength(100)
  @IsOptional()
  cursor?: string;

  /** What has just been done there. */
  @IsString()
  @MaxLength(40)
  @IsOptional()
  done?: string;
}

export class OverviewQuery extends ConsoleQuery {
  /** Those facilities alone that have some. */
  @IsIn(['overdue', 'dead-letters'])
  @IsOptional()
  only?: 'overdue' | 'dead-letters';

  /** Part of a facility's name. */
  @BlankIsAbsent()
  @IsString()
  @MaxLength(100)
  @IsOptional()
  name?: string;
}

export class ConsoleWebhooksQuery extends WebhookEventQuery {
  @IsString()
  @MaxLength(40)
  @IsOptional()
  done?: string;
}

/** Over all facilities what is common has no list of its own. */
export class AllWebhooksQuery extends ConsoleQuery {
  @IsIn(CONSPICUOUS)
  @IsOptional()
  outcome?: (typeof CONSPICUOUS)[number];

  @IsIn(['dead-letter'])
  @IsOptional()
  reason?: 'dead-letter';
}

export class ConsoleDriftQuery extends DriftQuery {
  @IsString()
  @MaxLength(40)
  @IsOptional()
  done?: string;
}

export class TemplatesQuery {
  @IsBcp47()
  @IsOptional()
  locale?: string;
}

export class LiveQuery extends WebhookEventQuery {
  /** The newest event that the page shows. */
  @IsUUID()
  @IsOptional()
  after?: string;
}

export class ReplayAllForm extends ConsoleForm {
  @BlankIsAbsent()
  @IsIn(REPLAYABLE)
  outcome!: (typeof REPLAYABLE)[number];

  /** So many hours back. */
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : value))
  @IsInt()
  @Min(1)
  @Max(2_160)
  hours!: number;
}

export class DryRunForm extends ConsoleForm {
  /** One a line: `webhook-id: …`. */
  @IsString()
  @MaxLength(20_000)
  headers!: string;

  @IsString()
  @MaxLength(200_000)
  body!: string;

  @BlankIsAbsent()
  @IsInstant()
  @IsOptional()
  receivedAt?: string;
}

export class SearchQuery {
  @BlankIsAbsent()
  @LowerCase()
  @IsUUID()
  @IsOptional()
  facilityId?: string;
}

export class SearchForm extends ConsoleForm {
  @BlankIsAbsent()
  @LowerCase()
  @IsUUID()
  @IsOptional()
  facilityId?: string;

  @BlankIsAbsent()
  @IsString({ message: 'Say what to look for.' })
  @MaxLength(200)
  q!: string;
}

/** What shows a patient's data, or changes something, is asked why. */
export class ReasonForm extends ConsoleForm {
  @BlankIsAbsent()
  @IsString({ message: 'Say why: it goes into the audit log.' })
  @Length(3, 200, { message: 'Say why, in 3 to 200 characters: it goes into the audit log.' })
  reason!: string;
}

export class NoteForm extends ConsoleForm {
  @BlankIsAbsent()
  @IsString()
  @Length(1, 1_000)
  @IsOptional()
  note?: string;
}

export class CompareForm extends ConsoleForm {
  /** Of a box that is ticked. */
  @IsIn(['on'])
  @IsOptional()
  isSmallerListExpected?: 'on';
}

export class RepairForm extends ReasonForm {
  @IsUUID()
  findingId!: string;

  @IsIn(REPAIR_ACTIONS)
  action!: RepairAction;
}

export class StatusForm extends ConsoleForm {
  @IsIn(['testing', 'live'])
  status!: 'testing' | 'live';
}
