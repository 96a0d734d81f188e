import { Entity, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Facility } from '../facilities/facility.entity.js';
import { Contact } from './contact.entity.js';

export type IdentityKind = 'patient' | 'temporary';

/** An id under which the hospital knows a contact. */
@Entity({ tableName: 'contact_identity' })
@Unique({ properties: ['facilityId', 'kind', 'value'] })
export class ContactIdentity {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  @ManyToOne(() => Contact, { mapToPk: true, fieldName: 'contact_id', type: 'uuid', index: true })
  contactId!: string;

  @Property({ type: 'text' })
  kind!: IdentityKind;

  @Property({ type: 'text' })
  value!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  createdAt!: Date;
}
