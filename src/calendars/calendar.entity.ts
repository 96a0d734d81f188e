import { Entity, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Facility } from '../facilities/facility.entity.js';

/** A calendar of the hospital: a doctor, a room, a machine. One that vanished upstream is kept, marked. */
@Entity({ tableName: 'calendar' })
@Unique({ properties: ['facilityId', 'externalId'] })
export class Calendar {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  /** The hospital's id. */
  @Property({ type: 'text' })
  externalId!: string;

  @Property({ type: 'text' })
  name!: string;

  @Property({ type: 'text', nullable: true })
  description!: string | null;

  /** IANA; null: the facility's holds. */
  @Property({ type: 'text', nullable: true })
  timezone!: string | null;

  /** Whether the chat offers it; the operator's, never touched by the sync. */
  @Property({ type: 'boolean' })
  enabled!: boolean;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  removedAt!: Date | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  createdAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  updatedAt!: Date;
}
