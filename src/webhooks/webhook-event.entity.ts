import { Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Appointment } from '../appointments/appointment.entity.js';
import type { FieldChange } from '../appointments/event-effect.js';
import type { HospitalEventType } from '../appointments/hospital-event.js';
import { Contact } from '../contacts/contact.entity.js';
import { Facility } from '../facilities/facility.entity.js';
import type { WebhookFlag, WebhookOutcome } from './webhook-event-state.js';

/** One signed event of a hospital, as it came: the inbox. Stored before it is acknowledged; what it did is noted when it is applied. */
@Entity({ tableName: 'webhook_event' })
@Unique({ properties: ['facilityId', 'identity', 'bodyDigest'] })
@Index({ properties: ['facilityId', 'id'] })
@Index({ properties: ['facilityId', 'appointmentId', 'id'] })
@Index({ properties: ['facilityId', 'outcome', 'id'] })
@Index({
  name: 'webhook_event_held_index',
  expression: `create index "webhook_event_held_index" on "webhook_event" ("look_again_at") where "outcome" = 'held'`,
})
@Index({
  name: 'webhook_event_pending_index',
  expression: `create index "webhook_event_pending_index" on "webhook_event" ("id") where "outcome" = 'pending'`,
})
@Index({
  name: 'webhook_event_dead_index',
  expression: `create index "webhook_event_dead_index" on "webhook_event" ("facility_id", "id") where "reason" = 'dead-letter'`,
})
@Index({
  name: 'webhook_event_odd_index',
  expression: `create index "webhook_event_odd_index" on "webhook_event" ("outcome", "id") where "outcome" in ('superseded', 'held', 'rejected')`,
})
@Index({
  name: 'webhook_event_patient_index',
  expression: `create index "webhook_event_patient_index" on "webhook_event" ("facility_id", "contact_id") where "appointment_id" is null and "contact_id" is not null`,
})
@Index({
  name: 'webhook_event_body_index',
  expression: `create index "webhook_event_body_index" on "webhook_event" ("received_at") where "body_sealed" is not null`,
})
export class WebhookEvent {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  /** From signed bytes alone: the same event has the same, however often it comes. */
  @Property({ type: 'text' })
  identity!: string;

  /** Keyed: tells the same bytes from others without telling what they were. */
  @Property({ type: 'text' })
  bodyDigest!: string;

  /** The raw bytes; null once the retention time is over. */
  @Property({ type: 'text', nullable: true })
  bodySealed!: string | null;

  /** Of the first delivery. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  receivedAt!: Date;

  /** How often it was delivered. */
  @Property({ type: 'integer' })
  deliveries!: number;

  /** null: not read yet, or of no known name. */
  @Property({ type: 'text', nullable: true })
  type!: HospitalEventType | null;

  @Property({ type: 'text' })
  outcome!: WebhookOutcome;

  @Property({ type: 'text', nullable: true })
  reason!: string | null;

  @Property({ type: 'text[]' })
  flags!: WebhookFlag[];

  /** When it happened at the hospital, as far as it said so. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  occurredAt!: Date | null;

  /** null: it has changed nothing, or not yet. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  appliedAt!: Date | null;

  @ManyToOne(() => Appointment, { mapToPk: true, fieldName: 'appointment_id', type: 'uuid', nullable: true })
  appointmentId!: string | null;

  @ManyToOne(() => Contact, { mapToPk: true, fieldName: 'contact_id', type: 'uuid', nullable: true })
  contactId!: string | null;

  @Property({ type: 'json', columnType: 'jsonb' })
  changes!: FieldChange[];

  /** Of one that is held: when at the latest it is decided. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  heldUntil!: Date | null;

  /** Of one that is held: when to look at it again. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  lookAgainAt!: Date | null;

  /** W3C Trace Context of the first delivery; null: it was not traced. */
  @Property({ type: 'text', nullable: true })
  traceparent!: string | null;
}
