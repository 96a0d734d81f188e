import { Entity, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Facility } from '../facilities/facility.entity.js';
import { AppointmentType } from './appointment-type.entity.js';
import { Calendar } from './calendar.entity.js';

/** That a calendar offers a type, under which name and for how long there: hospitals use one id with different durations. */
@Entity({ tableName: 'calendar_offering' })
@Unique({ properties: ['facilityId', 'calendarId', 'appointmentTypeId'] })
export class CalendarOffering {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  @ManyToOne(() => Calendar, { mapToPk: true, fieldName: 'calendar_id', type: 'uuid', index: true })
  calendarId!: string;

  @ManyToOne(() => AppointmentType, { mapToPk: true, fieldName: 'appointment_type_id', type: 'uuid', index: true })
  appointmentTypeId!: string;

  @Property({ type: 'text' })
  name!: string;

  @Property({ type: 'integer' })
  durationMinutes!: number;

  @Property({ type: 'boolean' })
  isDefault!: boolean;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  removedAt!: Date | null;
}
