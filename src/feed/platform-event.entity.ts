import type { Opt } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Facility } from '../facilities/facility.entity.js';

/**
 * One entry of the platform's feed: that an appointment, a contact or a facility's status has changed. Written by the triggers of these tables
 * (see the migration), so that no change can be forgotten; ids and names of fields only.
 */
@Entity({ tableName: 'platform_event' })
@Index({ properties: ['facilityId', 'position'] })
export class PlatformEvent {
  /** Rises with each entry; given out under a lock that shows readers who is still writing, so that none shows up behind one already read. */
  @PrimaryKey({ type: 'bigint', autoincrement: true })
  position!: bigint & Opt;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  @Property({ type: 'text' })
  type!:
    | 'appointment.created'
    | 'appointment.changed'
    | 'contact.created'
    | 'contact.changed'
    | 'contact.merged'
    | 'contact.erased'
    | 'facility.changed';

  @Property({ type: 'uuid', nullable: true })
  appointmentId!: string | null;

  /** null: of a facility's own change. */
  @Property({ type: 'uuid', nullable: true })
  contactId!: string | null;

  /** The appointment's. */
  @Property({ type: 'integer', nullable: true })
  revision!: number | null;

  /** Names of what changed, as the API spells them. */
  @Property({ type: 'text[]' })
  changed!: string[];

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  at!: Date;
}
