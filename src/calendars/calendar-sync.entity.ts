import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Facility } from '../facilities/facility.entity.js';

export type CalendarSyncStatus = 'running' | 'succeeded' | 'failed';

/** One run of a facility's calendar sync. */
@Entity({ tableName: 'calendar_sync' })
@Index({ properties: ['facilityId', 'id'] })
export class CalendarSync {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  @Property({ type: 'text' })
  status!: CalendarSyncStatus;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  startedAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  finishedAt!: Date | null;

  @Property({ type: 'integer', nullable: true })
  durationMs!: number | null;

  @Property({ type: 'integer' })
  added!: number;

  @Property({ type: 'integer' })
  changed!: number;

  @Property({ type: 'integer' })
  removed!: number;

  @Property({ type: 'integer' })
  unchanged!: number;

  /** `{code, message}`; no PHI, no secret. */
  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  error!: { code: string; message: string } | null;

  /** The hospital's entity tag of the list as it was applied, after the version of the facility's settings then: see `keptWithVersion`. */
  @Property({ type: 'text', nullable: true })
  etag!: string | null;

  /** Of the list as it was applied, likewise after a version: see `listDigest`. */
  @Property({ type: 'text', nullable: true })
  listDigest!: string | null;
}
