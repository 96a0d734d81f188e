import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Facility } from '../facilities/facility.entity.js';
import type { AttemptOutcome, MessageChannel } from './notification-state.js';
import { Notification } from './notification.entity.js';

/** One try to hand a message to a provider. Written before it is sent. */
@Entity({ tableName: 'notification_attempt' })
@Index({ properties: ['facilityId', 'notificationId', 'id'] })
@Index({ properties: ['facilityId', 'channel', 'providerMessageId'] })
@Index({ properties: ['facilityId', 'addressIndex', 'at'] })
export class NotificationAttempt {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  @ManyToOne(() => Notification, { mapToPk: true, fieldName: 'notification_id', type: 'uuid' })
  notificationId!: string;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  at!: Date;

  @Property({ type: 'text' })
  channel!: MessageChannel;

  /** Blind index of where it went; null: `log`. */
  @Property({ type: 'text', nullable: true })
  addressIndex!: string | null;

  /** By which account of the facility's, where the provider has a list that can be asked. */
  @Property({ type: 'text', nullable: true })
  account!: string | null;

  /** null: it is under way, or whoever made it is gone. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  finishedAt!: Date | null;

  @Property({ type: 'text', nullable: true })
  outcome!: AttemptOutcome | null;

  /** Why, for whatever was not accepted, or failed after it was. */
  @Property({ type: 'text', nullable: true })
  code!: string | null;

  /** As the provider spells it. */
  @Property({ type: 'text', nullable: true })
  providerCode!: string | null;

  @Property({ type: 'integer', nullable: true })
  httpStatus!: number | null;

  @Property({ type: 'text', nullable: true })
  providerMessageId!: string | null;

  /** Of an SMS. */
  @Property({ type: 'integer', nullable: true })
  segments!: number | null;

  /** As the provider's receipts say. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  deliveredAt!: Date | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  readAt!: Date | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  failedAt!: Date | null;
}
