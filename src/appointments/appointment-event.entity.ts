import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Facility } from '../facilities/facility.entity.js';
import { Appointment } from './appointment.entity.js';

export const TIMELINE_TYPES = [
  'booking-requested',
  'booked',
  'booking-refused',
  'booking-outcome-unknown',
  'reschedule-requested',
  'rescheduled',
  'reschedule-refused',
  'reschedule-outcome-unknown',
  'cancel-requested',
  'canceled',
  'cancel-refused',
  'cancel-outcome-unknown',
  'checked-in',
  'completed',
  'echo',
  'not-booked',
  'review-needed',
  'reviewed',
] as const;
export type TimelineType = (typeof TIMELINE_TYPES)[number];

/** What of an appointment a timeline entry tells: never a name, a note or a reason. */
export interface TimelineState {
  status?: string;
  start?: string | null;
  calendarId?: string | null;
  queueNumber?: string | null;
  code?: string;
}

/** One entry of an appointment's timeline. Written with the change, never altered. */
@Entity({ tableName: 'appointment_event' })
@Index({ properties: ['facilityId', 'appointmentId', 'id'] })
export class AppointmentEvent {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  @ManyToOne(() => Appointment, { mapToPk: true, fieldName: 'appointment_id', type: 'uuid' })
  appointmentId!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  at!: Date;

  @Property({ type: 'text' })
  type!: TimelineType;

  /** Who did it: the platform, the hospital (its answer counts as its word), or the hub's reconciliation. */
  @Property({ type: 'text' })
  source!: 'platform' | 'hospital' | 'reconciliation';

  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  before!: TimelineState | null;

  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  after!: TimelineState | null;

  /** The upstream attempt, or the webhook event, this rests on; of what a person did, the API key. */
  @Property({ type: 'text', nullable: true })
  reference!: string | null;

  /** What a person noted. */
  @Property({ type: 'text', nullable: true })
  noteSealed!: string | null;
}
