import { Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Appointment } from '../appointments/appointment.entity.js';
import { Facility } from '../facilities/facility.entity.js';
import type { DriftKind, DriftSide, FindingStatus } from './drift-state.js';

/** One difference between hub and hospital, for as long as it is seen. A later run that sees it again finds its row. */
@Entity({ tableName: 'drift_finding' })
@Unique({ properties: ['facilityId', 'fingerprint'] })
@Index({ properties: ['facilityId', 'status', 'id'] })
@Index({
  name: 'drift_finding_open_index',
  expression: `create index "drift_finding_open_index" on "drift_finding" ("kind") where "status" = 'open'`,
})
@Index({ properties: ['lastSeenAt'] })
export class DriftFinding {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  /** Of the difference: see `fingerprintOf`. */
  @Property({ type: 'text' })
  fingerprint!: string;

  @Property({ type: 'text' })
  kind!: DriftKind;

  /** null: unknown here, until it is repaired. */
  @ManyToOne(() => Appointment, { mapToPk: true, fieldName: 'appointment_id', type: 'uuid', nullable: true })
  appointmentId!: string | null;

  /** The hospital's appointment id. */
  @Property({ type: 'text' })
  externalId!: string;

  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  ours!: DriftSide | null;

  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  theirs!: DriftSide | null;

  @Property({ type: 'text' })
  status!: FindingStatus;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  firstSeenAt!: Date;

  /** When the run began that saw it last. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  lastSeenAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  closedAt!: Date | null;

  /** The API key of whoever repaired or dismissed it. */
  @Property({ type: 'text', nullable: true })
  closedBy!: string | null;

  /** Why, in a person's words. */
  @Property({ type: 'text', nullable: true })
  reasonSealed!: string | null;
}
