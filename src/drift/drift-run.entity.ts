import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Facility } from '../facilities/facility.entity.js';
import type { DriftRunStatus } from './drift-state.js';
import type { ListSize } from './list-trust-rules.js';

/** One comparison of a facility's appointments with the hospital's list. */
@Entity({ tableName: 'drift_run' })
@Index({ properties: ['facilityId', 'id'] })
@Index({ properties: ['startedAt'] })
@Index({
  name: 'drift_run_running_unique',
  expression: `create unique index "drift_run_running_unique" on "drift_run" ("facility_id") where "status" = 'running'`,
})
export class DriftRun {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  @Property({ type: 'text' })
  status!: DriftRunStatus;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  startedAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  finishedAt!: Date | null;

  /** Appointments of the hub's that were compared, and those that could not be because something is under way. */
  @Property({ type: 'integer' })
  compared!: number;

  @Property({ type: 'integer' })
  skipped!: number;

  /** Appointments that the hospital's list showed. */
  @Property({ type: 'integer' })
  listed!: number;

  /** Why it did not succeed. */
  @Property({ type: 'text', nullable: true })
  code!: string | null;

  /** No PHI, no secret. */
  @Property({ type: 'text', nullable: true })
  message!: string | null;

  /** A person has said that the list is right to be smaller than it was. */
  @Property({ type: 'boolean' })
  isSmallerExpected!: boolean;

  /** Of the last run of a facility that succeeded: what the next list is held against. */
  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  listSize!: ListSize | null;
}
