import { Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Calendar } from '../calendars/calendar.entity.js';
import { Facility } from '../facilities/facility.entity.js';

/**
 * One seat of one slot, claimed before the hospital is asked: the unique row decides a race between copies. It lives
 * while its appointment's outcome is open; on a yes (`confirmedAt`) it counts for whoever goes by an earlier answer of the hospital,
 * and is removed once nobody does. A hold's counts until `expiresAt`: from then on the row is as good as gone, and whoever wants the
 * seat takes it over.
 */
@Entity({ tableName: 'slot_claim' })
@Unique({ properties: ['facilityId', 'calendarId', 'startAt', 'seat'] })
@Index({ properties: ['facilityId', 'holderId'] })
@Index({
  name: 'slot_claim_expiring_index',
  expression: `create index "slot_claim_expiring_index" on "slot_claim" ("expires_at") where "expires_at" is not null`,
})
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

  /** The appointment, or the hold, that claims it. */
  @Property({ type: 'uuid' })
  holderId!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  createdAt!: Date;

  /** When the hospital said yes. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  confirmedAt!: Date | null;

  /** When it ends by itself: a hold's. Null: an appointment's, which does not. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  expiresAt!: Date | null;
}
