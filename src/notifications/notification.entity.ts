import type { Opt } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Facility } from '../facilities/facility.entity.js';
import type { ChannelRule } from './channel-choice.js';
import type { MessageChannel, NotificationKind, NotificationSource, NotificationStatus } from './notification-state.js';

/** That a person has had a message sent again: who, when, why. */
export interface Resend {
  /** ISO 8601 in UTC. */
  at: string;
  /** Of the API key. */
  keyId: string;
  /** It is free text, and may name somebody. */
  reasonSealed: string | null;
}

/** How a message came to be what it is, for whoever asks why. Nothing of the patient's. */
export interface SendingTrace {
  channels: { channel: MessageChannel; rule: ChannelRule }[];
  text: { locale: string; medium: 'chat' | 'sms'; isBuiltIn: boolean } | null;
}

/**
 * That a patient is to be told something: the outbox and the ledger. Written with the change itself, before any try; what became of
 * it stays.
 */
@Entity({ tableName: 'notification' })
@Unique({ properties: ['facilityId', 'appointmentId', 'occasion'] })
@Index({ properties: ['facilityId', 'id'] })
@Index({ properties: ['facilityId', 'status', 'id'] })
@Index({
  name: 'notification_text_index',
  expression: `create index "notification_text_index" on "notification" ("created_at") where "text_sealed" is not null`,
})
@Index({
  name: 'notification_due_index',
  expression: `create index "notification_due_index" on "notification" ("send_after") where "status" = 'expected'`,
})
@Index({
  name: 'notification_capped_index',
  expression: `create index "notification_capped_index" on "notification" ("send_after") where "status" = 'expected' and "verdict" = 'spend-cap'`,
})
@Index({
  name: 'notification_lease_index',
  expression: `create index "notification_lease_index" on "notification" ("lease_until") where "status" = 'sending'`,
})
@Index({
  name: 'notification_open_index',
  expression: `create index "notification_open_index" on "notification" ("facility_id", "deadline_at") where "status" in ('expected', 'sending')`,
})
export class Notification {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Facility, { mapToPk: true, fieldName: 'facility_id', type: 'uuid' })
  facilityId!: string;

  /** The subject's: this module knows no appointments. */
  @Property({ type: 'uuid' })
  appointmentId!: string;

  /** Whom it was about when it was written. */
  @Property({ type: 'uuid' })
  contactId!: string;

  /** What it is told of, once: `r3` is the appointment's revision 3. */
  @Property({ type: 'text' })
  occasion!: string;

  @Property({ type: 'text' })
  kind!: NotificationKind;

  @Property({ type: 'text' })
  source!: NotificationSource;

  /** The appointment's, when it was written. */
  @Property({ type: 'integer' })
  revision!: number;

  @Property({ type: 'text' })
  status!: NotificationStatus;

  /** Where it stands, as one code; null: not looked at yet. */
  @Property({ type: 'text', nullable: true })
  verdict!: string | null;

  /** Of the last try. */
  @Property({ type: 'text', nullable: true })
  channel!: MessageChannel | null;

  /** BCP 47, of the text. */
  @Property({ type: 'text', nullable: true })
  locale!: string | null;

  /** The last text, as it was sent. */
  @Property({ type: 'text', nullable: true })
  textSealed!: string | null;

  /** How channel and text of the last try were chosen; null: not looked at yet. */
  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  trace!: SendingTrace | null;

  /** Not before. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  sendAfter!: Date;

  /** When the patient is to have been told at the latest. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  deadlineAt!: Date;

  /** Until when a process has it in hand. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  leaseUntil!: Date | null;

  /** Rises each time it is taken in hand: who took it before may write no more. */
  @Property({ type: 'integer', default: 0 })
  claim!: number & Opt;

  /** Since when it is tried: a person's resend begins anew. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  triedSince!: Date;

  @Property({ type: 'json', columnType: 'jsonb', defaultRaw: `'[]'` })
  resends!: Resend[] & Opt;

  /** W3C Trace Context of what it tells of; null: that was not traced. */
  @Property({ type: 'text', nullable: true })
  traceparent!: string | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  createdAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  updatedAt!: Date;
}
