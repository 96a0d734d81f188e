import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { AppointmentType } from '../calendars/appointment-type.entity.js';
import { Calendar } from '../calendars/calendar.entity.js';
import { Facility } from '../facilities/facility.entity.js';

/** One seat, kept for whoever asked until `expiresAt`. The seat itself is a `SlotClaim` whose holder is this. */
@Entity({ tableName: 'slot_hold' })
@Index({ properties: ['facilityId', 'keyId', 'expiresAt'] })
@Index({ properties: ['expiresAt'] })
export class SlotHold {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  @ManyToOne(() => Calendar, { mapToPk: true, fieldName: 'calendar_id', type: 'uuid' })
  calendarId!: string;

  @ManyToOne(() => AppointmentType, { mapToPk: true, fieldName: 'appointment_type_id', type: 'uuid' })
  appointmentTypeId!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  startAt!: Date;

  /** The API key that asked for it. */
  @Property({ type: 'text' })
  keyId!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  createdAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  expiresAt!: Date;

  /** The booking that used it, whatever became of that. */
  @Property({ type: 'uuid', nullable: true })
  appointmentId!: string | null;
}
