import { Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Facility } from '../facilities/facility.entity.js';
import type { StoredProblem } from './stored-answer.js';

/** A caller's `Idempotency-Key` on one route of one facility, and what became of the request. */
@Entity({ tableName: 'idempotency_key' })
@Unique({ properties: ['facilityId', 'route', 'keyDigest'] })
@Index({ properties: ['expiresAt'] })
export class IdempotencyKey {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  /** `book`, `reschedule:APPOINTMENT`, `cancel:APPOINTMENT`. */
  @Property({ type: 'text' })
  route!: string;

  /** HMAC of the key: callers put all sorts of things into keys. */
  @Property({ type: 'text' })
  keyDigest!: string;

  /** HMAC of the body. */
  @Property({ type: 'text' })
  bodyDigest!: string;

  @Property({ type: 'uuid' })
  appointmentId!: string;

  /** The status answered; null while the first request runs. */
  @Property({ type: 'integer', nullable: true })
  responseStatus!: number | null;

  /** The problem answered, without PHI; null for an appointment. */
  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  problem!: StoredProblem | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  createdAt!: Date;

  /** Seven days after its creation; never freed before. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  expiresAt!: Date;
}
