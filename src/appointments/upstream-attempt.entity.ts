import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Calendar } from '../calendars/calendar.entity.js';
import { Facility } from '../facilities/facility.entity.js';
import { Appointment } from './appointment.entity.js';

export type AttemptKind = 'book' | 'reschedule' | 'cancel';
export type AttemptOutcome = 'yes' | 'no' | 'unknown';

/** One call that changes something at the hospital: committed before it is sent, so that none is ever forgotten. */
@Entity({ tableName: 'upstream_attempt' })
@Index({ properties: ['facilityId', 'appointmentId', 'id'] })
@Index({
  name: 'upstream_attempt_open_index',
  expression: `create index "upstream_attempt_open_index" on "upstream_attempt" ("facility_id", "deadline_at") where "outcome" is null or "outcome" = 'unknown'`,
})
export class UpstreamAttempt {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  @ManyToOne(() => Appointment, { mapToPk: true, fieldName: 'appointment_id', type: 'uuid' })
  appointmentId!: string;

  @Property({ type: 'text' })
  kind!: AttemptKind;

  /** What was asked for. */
  @ManyToOne(() => Calendar, { mapToPk: true, fieldName: 'calendar_id', type: 'uuid', nullable: true })
  calendarId!: string | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  startAt!: Date | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  sentAt!: Date;

  /** When the call must have ended, however: after it the row without an outcome is one of a process that died. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  deadlineAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  finishedAt!: Date | null;

  /** null: not yet known here. */
  @Property({ type: 'text', nullable: true })
  outcome!: AttemptOutcome | null;

  @Property({ type: 'text', nullable: true })
  code!: string | null;

  @Property({ type: 'integer', nullable: true })
  httpStatus!: number | null;

  /** Of a booking: how many seats the hospital offered at the slot when it was sent. */
  @Property({ type: 'integer', nullable: true })
  seats!: number | null;

  /**
   * The webhook event that is this attempt's echo: each attempt has one at most. Of a repeat it is the first attempt's id, which has
   * the echo of both: whether the hospital tells of a change once or with each repeat, the second says nothing new.
   */
  @Property({ type: 'uuid', nullable: true })
  echoId!: string | null;
}
