import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsUUID, Matches } from 'class-validator';
import type { ReadAuditEntry } from '../audit/audit-log.service.js';
import { PageQuery } from '../common/paging.js';
import { IsInstant } from '../common/validators.js';

export class AuditLogQuery extends PageQuery {
  /** Of one API key: its id, or `configured`. */
  @ApiPropertyOptional({ example: '01930000-0000-7000-8000-00000000000a' })
  @Matches(/^[0-9a-z-]{1,40}$/i, { message: 'keyId must be the id of an API key, or configured.' })
  @IsOptional()
  keyId?: string;

  /** Entries that concern this patient. */
  @ApiPropertyOptional({ format: 'uuid' })
  @IsUUID()
  @IsOptional()
  contactId?: string;

  /** An operation's id, as this document names it. */
  @ApiPropertyOptional({ example: 'getContact' })
  @Matches(/^[a-zA-Z]{1,60}$/, { message: 'action must be the id of an operation of this API, such as getContact.' })
  @IsOptional()
  action?: string;

  /** From then on. */
  @ApiPropertyOptional({ format: 'date-time', example: '2026-03-09T00:00:00+08:00' })
  @IsInstant()
  @IsOptional()
  from?: string;

  /** Before then. */
  @ApiPropertyOptional({ format: 'date-time', example: '2026-03-10T00:00:00+08:00' })
  @IsInstant()
  @IsOptional()
  to?: string;
}

export class AuditEntryDto {
  id!: string;

  /** ISO 8601, UTC. */
  at!: string;

  /** The API key that was used; `configured`: that of the operator's settings. */
  keyId!: string;

  /** The operation's id. */
  @ApiProperty({ example: 'getContact' })
  action!: string;

  /** `begun`: a change was asked for; `answered`: what came of it, or of a read. */
  @ApiProperty({ enum: ['begun', 'answered'] })
  phase!: 'begun' | 'answered';

  /** The HTTP status; null while it is begun. */
  @ApiProperty({ type: 'integer', nullable: true, example: 200 })
  status!: number | null;

  /** What the URL named. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  subjectId!: string | null;

  /** The patients whose data was in the answer. */
  contactIds!: string[];

  requestId!: string;

  /** What the caller gave as the reason, in the header `Audit-Reason`. */
  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;
}

export class AuditLogPageDto {
  @ApiProperty({ type: [AuditEntryDto] })
  data!: AuditEntryDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export function toAuditEntryDto({
  id,
  at,
  actorId,
  action,
  phase,
  status,
  subjectId,
  contactIds,
  requestId,
  reason,
}: ReadAuditEntry): AuditEntryDto {
  return { id, at: at.toISOString(), keyId: actorId, action, phase, status, subjectId, contactIds, requestId, reason };
}
