import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Facility } from '../facilities/facility.entity.js';
import { Contact } from './contact.entity.js';

/** What a merge moved from one contact to the other: enough to undo it. Ids only. */
export interface MovedByMerge {
  identityIds: string[];
  channelLinkIds: string[];
  appointmentIds: string[];
  /** The kept contact's fields that were empty, and were filled from the other. */
  filledFields: string[];
  /** Of the channel links those that were primary, and are not where they are now. */
  demotedLinkIds: string[];
  /** Of the appointments those that had no permanent id, and got the kept contact's. */
  patientIdSetOn?: string[];
}

/** Two contacts turned out to be one. The merged one's row stays, so that it can be parted again. */
@Entity({ tableName: 'contact_merge' })
@Index({ properties: ['facilityId', 'keptContactId'] })
export class ContactMerge {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  @ManyToOne(() => Contact, { mapToPk: true, fieldName: 'kept_contact_id', type: 'uuid' })
  keptContactId!: string;

  @ManyToOne(() => Contact, { mapToPk: true, fieldName: 'merged_contact_id', type: 'uuid', index: true })
  mergedContactId!: string;

  /** The webhook event that showed it. */
  @Property({ type: 'text' })
  reference!: string;

  @Property({ type: 'json', columnType: 'jsonb' })
  moved!: MovedByMerge;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  mergedAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  undoneAt!: Date | null;
}
