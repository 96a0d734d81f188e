import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** Acts that concern no facility, or none that exists: they have a chain of their own. */
export const NO_FACILITY = '00000000-0000-0000-0000-000000000000';

/** `begun`: a change was asked for, before it was tried; `answered`: what came of it, or of a read. */
export type AuditPhase = 'begun' | 'answered';

/** Who did what, to whose data, when and why. Rows are only ever added. */
@Entity({ tableName: 'audit_entry' })
@Index({ properties: ['facilityId', 'actorId', 'id'] })
@Index({ properties: ['facilityId', 'id'] })
export class AuditEntry {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  /** Without a foreign key: the log outlives what it tells of. */
  @Property({ type: 'uuid' })
  facilityId!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  at!: Date;

  /** The API key's id; `configured`: that of the operator's settings. */
  @Property({ type: 'text' })
  actorId!: string;

  /** The operation's id in the API's document. */
  @Property({ type: 'text' })
  action!: string;

  @Property({ type: 'text' })
  phase!: AuditPhase;

  /** The HTTP status; null: not answered yet. */
  @Property({ type: 'integer', nullable: true })
  status!: number | null;

  /** What the URL named: an appointment, a contact, a message. */
  @Property({ type: 'uuid', nullable: true })
  subjectId!: string | null;

  /** The patients whose data was in the answer. */
  @Property({ type: 'array', columnType: 'uuid[]' })
  contactIds!: string[];

  @Property({ type: 'text' })
  requestId!: string;

  /** What the caller gave as the reason, sealed. */
  @Property({ type: 'text', nullable: true })
  reasonSealed!: string | null;
}
