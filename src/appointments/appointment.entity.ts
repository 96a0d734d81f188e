import type { Opt } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { AppointmentType } from '../calendars/appointment-type.entity.js';
import { Calendar } from '../calendars/calendar.entity.js';
import { ChannelAddress } from '../contacts/channel-address.entity.js';
import { Contact } from '../contacts/contact.entity.js';
import { Facility } from '../facilities/facility.entity.js';
import type { AppointmentSource, AppointmentStatus, PendingChange } from './appointment-state.js';
import type { Stamps } from './stamp-rules.js';

/** A patient's appointment. The hospital owns the truth of it; the hub keeps what it was told, and since when it holds. */
@Entity({ tableName: 'appointment' })
@Unique({ properties: ['facilityId', 'externalId'] })
@Index({ properties: ['facilityId', 'contactId', 'id'] })
@Index({ properties: ['facilityId', 'id'] })
@Index({ properties: ['facilityId', 'patientId'] })
@Index({ properties: ['facilityId', 'temporaryPatientId'] })
@Index({ properties: ['facilityId', 'startAt'] })
@Index({
  name: 'appointment_reply_to_index',
  expression: `create index "appointment_reply_to_index" on "appointment" ("reply_to_id") where "reply_to_id" is not null`,
})
@Index({
  name: 'appointment_review_index',
  expression: `create index "appointment_review_index" on "appointment" ("facility_id", "id") where "needs_review"`,
})
export class Appointment {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  @ManyToOne(() => Contact, { mapToPk: true, fieldName: 'contact_id', type: 'uuid' })
  contactId!: string;

  @ManyToOne(() => Calendar, { mapToPk: true, fieldName: 'calendar_id', type: 'uuid', nullable: true })
  calendarId!: string | null;

  @ManyToOne(() => AppointmentType, { mapToPk: true, fieldName: 'appointment_type_id', type: 'uuid', nullable: true })
  appointmentTypeId!: string | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  startAt!: Date | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  endAt!: Date | null;

  @Property({ type: 'text' })
  status!: AppointmentStatus;

  /** The hospital's appointment id (`appointmentId` in the API); null while its yes is out. */
  @Property({ type: 'text', nullable: true })
  externalId!: string | null;

  @Property({ type: 'text', nullable: true })
  patientId!: string | null;

  @Property({ type: 'text', nullable: true })
  temporaryPatientId!: string | null;

  @Property({ type: 'text', nullable: true })
  queueNumber!: string | null;

  /** Why it was canceled. */
  @Property({ type: 'text', nullable: true })
  reasonSealed!: string | null;

  @Property({ type: 'text', nullable: true })
  notesSealed!: string | null;

  /** Where whoever booked is answered, if that was said: a mother who books for her child, in her own chat. */
  @ManyToOne(() => ChannelAddress, { mapToPk: true, fieldName: 'reply_to_id', type: 'uuid', nullable: true })
  replyToId!: string | null;

  @Property({ type: 'text' })
  source!: AppointmentSource;

  /** Rises only when status, start or calendar really change. */
  @Property({ type: 'integer' })
  revision!: number;

  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  pendingChange!: PendingChange | null;

  @Property({ type: 'boolean' })
  needsReview!: boolean;

  @Property({ type: 'text', nullable: true })
  reviewReason!: string | null;

  /** What of the hospital's each aspect rests on; an aspect without one: only our own attempts vouch for it. */
  @Property({ type: 'json', columnType: 'jsonb', defaultRaw: `'{}'` })
  stamps!: Stamps & Opt;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  createdAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  updatedAt!: Date;

  @Property({ type: 'integer', version: true })
  version!: number & Opt;
}
