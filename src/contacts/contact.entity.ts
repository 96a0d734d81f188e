import type { Opt } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Facility } from '../facilities/facility.entity.js';

/**
 * A patient as the hub knows them. What is theirs stands sealed: `contact-details.ts` opens it, so that an entity that
 * is logged or serialised by mistake shows nothing.
 */
@Entity({ tableName: 'contact' })
@Index({ properties: ['facilityId', 'phoneIndex'] })
@Index({ properties: ['facilityId', 'emailIndex'] })
@Index({ properties: ['facilityId', 'nationalIdIndex'] })
@Index({ properties: ['facilityId', 'id'] })
@Index({
  name: 'contact_merged_into_id_index',
  expression: `create index "contact_merged_into_id_index" on "contact" ("merged_into_id") where "merged_into_id" is not null`,
})
export class Contact {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  @Property({ type: 'text' })
  nameSealed!: string;

  @Property({ type: 'text', nullable: true })
  dateOfBirthSealed!: string | null;

  /** E.164. */
  @Property({ type: 'text', nullable: true })
  phoneSealed!: string | null;

  /** As it was given. */
  @Property({ type: 'text', nullable: true })
  rawPhoneSealed!: string | null;

  @Property({ type: 'text', nullable: true })
  emailSealed!: string | null;

  @Property({ type: 'text', nullable: true })
  genderSealed!: string | null;

  @Property({ type: 'text', nullable: true })
  nationalIdSealed!: string | null;

  @Property({ type: 'text', nullable: true })
  phoneIndex!: string | null;

  @Property({ type: 'text', nullable: true })
  emailIndex!: string | null;

  @Property({ type: 'text', nullable: true })
  nationalIdIndex!: string | null;

  /** BCP 47; null: the facility's. */
  @Property({ type: 'text', nullable: true })
  locale!: string | null;

  @Property({ type: 'boolean' })
  needsReview!: boolean;

  @Property({ type: 'text', nullable: true })
  reviewReason!: string | null;

  /** The contact that this one turned out to be: what was its own is there now. */
  @ManyToOne(() => Contact, { mapToPk: true, fieldName: 'merged_into_id', type: 'uuid', nullable: true })
  mergedIntoId!: string | null;

  /** When the patient was forgotten: nothing of theirs is in the row since then, and nothing is put there again. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  erasedAt!: Date | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  createdAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  updatedAt!: Date;

  @Property({ type: 'integer', version: true })
  version!: number & Opt;
}
