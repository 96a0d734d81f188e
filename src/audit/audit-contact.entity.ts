import { Entity, PrimaryKey } from '@mikro-orm/decorators/legacy';

/**
 * By whom an entry is found that tells of a patient: what stands in its `contactIds`, which is chained with it. A table of its own, as
 * PostgreSQL looks into no list for a reader who is bound by policies. Rows are only ever
 * added, by a trigger of `audit_entry`.
 */
@Entity({ tableName: 'audit_contact' })
export class AuditContact {
  @PrimaryKey({ type: 'uuid' })
  facilityId!: string;

  @PrimaryKey({ type: 'uuid' })
  contactId!: string;

  @PrimaryKey({ type: 'uuid' })
  entryId!: string;
}
