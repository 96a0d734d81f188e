import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Facility } from '../facilities/facility.entity.js';
import { Appointment } from './appointment.entity.js';
import type { ResolvedBy } from './resolution-state.js';
import type { AttemptKind } from './upstream-attempt.entity.js';

/**
 * One call to the hospital whose outcome was not known when it ended, or whose process died: what is done to learn it, until it
 * is known or a person's. Written with the note that the outcome is unknown; the row is the work still to be done.
 */
@Entity({ tableName: 'unknown_outcome' })
@Index({
  name: 'unknown_outcome_due_index',
  expression: `create index "unknown_outcome_due_index" on "unknown_outcome" ("next_look_at") where "ended_at" is null`,
})
@Index({ properties: ['endedAt'] })
@Index({ properties: ['facilityId', 'appointmentId'] })
export class UnknownOutcome {
  /** The id of the first attempt. */
  @PrimaryKey({ type: 'uuid' })
  attemptId!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  @ManyToOne(() => Appointment, { mapToPk: true, fieldName: 'appointment_id', type: 'uuid' })
  appointmentId!: string;

  @Property({ type: 'text' })
  kind!: AttemptKind;

  /** When the call was sent. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  since!: Date;

  /** After it a person decides. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  untilAt!: Date;

  /** The appointment's when the call was sent: a higher one means that the hospital has changed it since. */
  @Property({ type: 'integer' })
  revision!: number;

  /** Whoever looks now has moved it ahead: if that process dies, another looks then. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  nextLookAt!: Date;

  /** A job for it was sent then, and has not begun. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  queuedAt!: Date | null;

  /** How many looks have begun. The fence, too: what a look would write after another has begun is not written. */
  @Property({ type: 'integer' })
  looks!: number;

  /** When the hospital's list was read that first did not hold it, without one since that did. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  absentAt!: Date | null;

  /** Likewise, its slot seen free. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  freeAt!: Date | null;

  /** Since when the hospital is well, and no way is left that could tell. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  silentAt!: Date | null;

  /** When a person was asked to look; what comes before the end may still tell. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  flaggedAt!: Date | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  endedAt!: Date | null;

  @Property({ type: 'text', nullable: true })
  endedBy!: ResolvedBy | null;
}
