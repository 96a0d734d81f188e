import { Entity, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';

/** An entry's place in its facility's chain. Rows are only ever added. */
@Entity({ tableName: 'audit_link' })
@Unique({ properties: ['entryId'] })
export class AuditLink {
  @PrimaryKey({ type: 'uuid' })
  facilityId!: string;

  /** From 1, without gaps. */
  @PrimaryKey({ type: 'bigint' })
  position!: string;

  @Property({ type: 'uuid' })
  entryId!: string;

  /** HMAC-SHA256 over the hash before and the entry, base64url. */
  @Property({ type: 'text' })
  hash!: string;
}
