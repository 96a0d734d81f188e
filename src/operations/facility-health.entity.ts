import { Entity, ManyToOne, Property } from '@mikro-orm/decorators/legacy';
import { Facility } from '../facilities/facility.entity.js';
import type { StoredFailure } from './facility-health-rules.js';

/** What the copies of the hub have seen last of a hospital. */
@Entity({ tableName: 'facility_health' })
export class FacilityHealth {
  @ManyToOne(() => Facility, {
    mapToPk: true,
    fieldName: 'facility_id',
    type: 'uuid',
    primary: true,
    deleteRule: 'no action',
    updateRule: 'no action',
  })
  facilityId!: string;

  /** Of the copy whose breaker changed last; null: none has called it yet. */
  @Property({ type: 'text', nullable: true })
  breaker!: 'closed' | 'open' | 'half-open' | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  breakerSince!: Date | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  nextProbeAt!: Date | null;

  /** The hospital asked not to be called until then. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  pausedUntil!: Date | null;

  /** Noted with the rest, so it may be older than the truth. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  lastSuccessAt!: Date | null;

  /** Newest first, of all copies. */
  @Property({ type: 'json', columnType: 'jsonb' })
  failures!: StoredFailure[];
}
