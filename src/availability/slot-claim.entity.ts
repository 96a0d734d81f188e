import { Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Calendar } from '../calendars/calendar.entity.js';
import { Facility } from '../facilities/facility.entity.js';

/**
 * One seat of one slot, claimed before the hospital is asked: the unique row decides a race between copies. It lives
 * while its appointment's outcome is open; on a yes (`confirmedAt`) it counts for whoever goes by an earlier answer of the hospital,
 * and is removed once nobody does.
 */
@Entity({ tableName: 'slot_claim' })
@Unique({ properties: ['facilityId', 'calendarId', 'startAt', 'seat'] })
@Index({ properties: ['facilityId', 'holderId'] })
export class SlotClaim {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  @ManyToOne(() => Calendar, { mapToPk: true, fieldName: 'calendar_id', type: 'uuid' })
  calendarId!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  startAt!: Date;

  /** From 1. */
  @Property({ type: 'integer' })
  seat!: number;

  /** The appointment that claims it. */
  @Property({ type: 'uuid' })
  holderId!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  createdAt!: Date;

  /** When the hospital said yes. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  confirmedAt!: Date | null;
}
