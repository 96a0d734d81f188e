import { Entity, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { AppointmentType } from '../calendars/appointment-type.entity.js';
import { Calendar } from '../calendars/calendar.entity.js';
import { Facility } from '../facilities/facility.entity.js';

/** A slot in its stored form: epoch milliseconds, and the seats the hospital offered. */
export interface StoredSlot {
  s: number;
  e: number;
  n: number;
}

/** The last live read of one month: what is given as `stale` when the hospital does not answer, by any copy of the hub. */
@Entity({ tableName: 'availability_snapshot' })
@Unique({ properties: ['facilityId', 'calendarId', 'appointmentTypeId', 'month'] })
export class AvailabilitySnapshot {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  @ManyToOne(() => Calendar, { mapToPk: true, fieldName: 'calendar_id', type: 'uuid' })
  calendarId!: string;

  @ManyToOne(() => AppointmentType, { mapToPk: true, fieldName: 'appointment_type_id', type: 'uuid' })
  appointmentTypeId!: string;

  /** `YYYY-MM`, in the calendar's zone. */
  @Property({ type: 'text' })
  month!: string;

  @Property({ type: 'json', columnType: 'jsonb' })
  slots!: StoredSlot[];

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  fetchedAt!: Date;
}
