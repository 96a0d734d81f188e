import { Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Facility } from '../facilities/facility.entity.js';
import type { MessageChannel, ReceiptState } from './notification-state.js';

/** What a provider has reported. Stored before it is acknowledged: it may come before its message's id is known here. */
@Entity({ tableName: 'notification_receipt' })
@Unique({ properties: ['facilityId', 'identity'] })
@Index({
  name: 'notification_receipt_open_index',
  expression: `create index "notification_receipt_open_index" on "notification_receipt" ("try_after") where "applied_at" is null`,
})
@Index({
  name: 'notification_receipt_closed_index',
  expression: `create index "notification_receipt_closed_index" on "notification_receipt" ("received_at") where "applied_at" is not null`,
})
export class NotificationReceipt {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  /** The same for the same report, however often it comes. */
  @Property({ type: 'text' })
  identity!: string;

  @Property({ type: 'text' })
  channel!: MessageChannel;

  @Property({ type: 'uuid', nullable: true })
  attemptId!: string | null;

  @Property({ type: 'text', nullable: true })
  providerMessageId!: string | null;

  /** Of a report about all that went to an address until a time. */
  @Property({ type: 'text', nullable: true })
  addressIndex!: string | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  until!: Date | null;

  @Property({ type: 'text' })
  state!: ReceiptState;

  @Property({ type: 'text', nullable: true })
  code!: string | null;

  /** As the provider tells, else of its receipt. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  at!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  receivedAt!: Date;

  /** When it is looked up next, as long as its message is not known. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  tryAfter!: Date;

  /** null: its message is not known yet. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  appliedAt!: Date | null;
}
