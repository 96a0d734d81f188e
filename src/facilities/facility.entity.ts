import type { Opt } from '@mikro-orm/core';
import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type {
  CancelPolicy,
  DefaultAppointmentType,
  FacilityStatus,
  NotificationSettings,
  ReschedulePolicy,
  SchedulerSettings,
  StatusReason,
  WebhookSettings,
} from './facility.settings.js';

/** One hospital site: one key of its scheduling system, one time zone, one set of policies. */
@Entity({ tableName: 'facility' })
@Index({
  name: 'facility_calendars_fresh_index',
  expression: `create index "facility_calendars_fresh_index" on "facility" ("calendars_fresh_at", "calendar_sync_interval_minutes") where "status" in ('live', 'degraded')`,
})
@Index({ properties: ['id', 'name'], name: 'facility_name_index' })
export class Facility {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text' })
  name!: string;

  /** IANA. */
  @Property({ type: 'text' })
  timezone!: string;

  /** ISO 3166-1 alpha-2. */
  @Property({ type: 'text' })
  country!: string;

  /** BCP 47. */
  @Property({ type: 'text' })
  locale!: string;

  @Property({ type: 'text' })
  status!: FacilityStatus;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', defaultRaw: 'now()' })
  statusSince!: Date;

  @Property({ type: 'text', default: 'set' })
  statusReason!: StatusReason;

  /** Where a failure is the reason: its code. */
  @Property({ type: 'text', nullable: true })
  statusCause!: string | null;

  /** When it was last set to testing. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  testingSince!: Date | null;

  /** When it last went live: not when it was only restored. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  liveAt!: Date | null;

  /** Of the last connection check that somebody asked for. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  connectionCheckedAt!: Date | null;

  @Property({ type: 'boolean', nullable: true })
  hasConnectionPassed!: boolean | null;

  /** Health checks in a row that passed (above 0) or failed (below). */
  @Property({ type: 'integer', default: 0 })
  healthStreak!: number;

  /** When the cron is to look after the hospital next. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', defaultRaw: 'now()', index: true })
  healthCheckDueAt!: Date;

  /** Without the key: that is a `FacilitySecret`. */
  @Property({ type: 'json', columnType: 'jsonb' })
  scheduler!: SchedulerSettings;

  @Property({ type: 'json', columnType: 'jsonb' })
  policies!: { reschedule: ReschedulePolicy; cancel: CancelPolicy };

  @Property({ type: 'json', columnType: 'jsonb' })
  defaultAppointmentType!: DefaultAppointmentType;

  /** How the hospital signs its webhooks; the secrets are `FacilitySecret`s. */
  @Property({ type: 'json', columnType: 'jsonb', defaultRaw: `'{"scheme": "standard-webhooks", "headerName": null}'` })
  webhook!: WebhookSettings & Opt;

  /** Without credentials: those are `FacilitySecret`s. */
  @Property({
    type: 'json',
    columnType: 'jsonb',
    defaultRaw: `'{"order": ["messenger", "viber", "sms"], "channels": [], "reminders": [], "quietHours": null, "smsDailyCap": 10000, "testAddresses": []}'`,
  })
  notifications!: NotificationSettings & Opt;

  @Property({ type: 'integer' })
  calendarSyncIntervalMinutes!: number;

  /** When the cron is to sync the calendars next. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', index: true })
  calendarSyncDueAt!: Date;

  /** When they were last as the hospital has them, written by a trigger; of a facility that was never synced, when it was made. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', defaultRaw: 'now()' })
  calendarsFreshAt!: Date & Opt;

  @Property({ type: 'integer' })
  driftIntervalMinutes!: number;

  /** When the cron is to compare the appointments with the hospital's list next. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)', index: true })
  driftDueAt!: Date;

  /** Since when scheduler, webhooks, zone and default type are what they are: what was seen of the hospital before holds no longer. */
  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  offersChangedAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  createdAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)' })
  updatedAt!: Date;

  /** Rises with each change; concurrent changes of one facility meet here. */
  @Property({ type: 'integer', version: true })
  version!: number & Opt;
}
