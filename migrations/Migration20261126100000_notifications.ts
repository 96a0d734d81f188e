import { Migration } from '@mikro-orm/migrations';

/** The outbox and ledger of messages to patients, its tries and receipts, the facilities' own texts; what is known of an address. */
export class Migration20261126100000_notifications extends Migration {
  override name = 'Migration20261126100000_notifications';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "notification" ("id" uuid not null, "facility_id" uuid not null, "appointment_id" uuid not null, "contact_id" uuid not null, "occasion" text not null, "kind" text not null, "source" text not null, "revision" int not null, "status" text not null, "verdict" text null, "channel" text null, "locale" text null, "text_sealed" text null, "trace" jsonb null, "send_after" timestamptz(3) not null, "deadline_at" timestamptz(3) not null, "lease_until" timestamptz(3) null, "claim" int not null default 0, "tried_since" timestamptz(3) not null, "resends" jsonb not null default '[]', "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "notification_open_index" on "notification" ("deadline_at") where "status" in ('expected', 'sending');`);
    this.addSql(`create index "notification_lease_index" on "notification" ("lease_until") where "status" = 'sending';`);
    this.addSql(`create index "notification_due_index" on "notification" ("send_after") where "status" = 'expected';`);
    this.addSql(`create index "notification_facility_id_status_id_index" on "notification" ("facility_id", "status", "id");`);
    this.addSql(`create index "notification_facility_id_id_index" on "notification" ("facility_id", "id");`);
    this.addSql(
      `alter table "notification" add constraint "notification_facility_id_appointment_id_occasion_unique" unique ("facility_id", "appointment_id", "occasion");`,
    );
    this.addSql(
      `create table "notification_attempt" ("id" uuid not null, "facility_id" uuid not null, "notification_id" uuid not null, "at" timestamptz(3) not null, "channel" text not null, "address_index" text null, "account" text null, "finished_at" timestamptz(3) null, "outcome" text null, "code" text null, "provider_code" text null, "http_status" int null, "provider_message_id" text null, "segments" int null, "delivered_at" timestamptz(3) null, "read_at" timestamptz(3) null, "failed_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(
      `create index "notification_attempt_facility_id_address_index_at_index" on "notification_attempt" ("facility_id", "address_index", "at");`,
    );
    this.addSql(
      `create index "notification_attempt_facility_id_channel_provider__54304_index" on "notification_attempt" ("facility_id", "channel", "provider_message_id");`,
    );
    this.addSql(
      `create index "notification_attempt_facility_id_notification_id_id_index" on "notification_attempt" ("facility_id", "notification_id", "id");`,
    );
    this.addSql(
      `create table "notification_receipt" ("id" uuid not null, "facility_id" uuid not null, "identity" text not null, "channel" text not null, "attempt_id" uuid null, "provider_message_id" text null, "address_index" text null, "until" timestamptz(3) null, "state" text not null, "code" text null, "at" timestamptz(3) not null, "received_at" timestamptz(3) not null, "try_after" timestamptz(3) not null, "applied_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(
      `create index "notification_receipt_closed_index" on "notification_receipt" ("received_at") where "applied_at" is not null;`,
    );
    this.addSql(`create index "notification_receipt_open_index" on "notification_receipt" ("try_after") where "applied_at" is null;`);
    this.addSql(
      `alter table "notification_receipt" add constraint "notification_receipt_facility_id_identity_unique" unique ("facility_id", "identity");`,
    );
    this.addSql(
      `create table "notification_template" ("id" uuid not null, "facility_id" uuid not null, "kind" text not null, "locale" text not null, "medium" text not null, "text" text not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "notification_template" add constraint "notification_template_facility_id_kind_locale_medium_unique" unique ("facility_id", "kind", "locale", "medium");`,
    );
    this.addSql(
      `alter table "facility" add "notifications" jsonb not null default '{"order": ["messenger", "viber", "sms"], "channels": [], "reminders": [], "quietHours": null, "testAddresses": []}';`,
    );
    this.addSql(
      `alter table "channel_address" add "last_inbound_at" timestamptz(3) null, add "is_opted_out" boolean not null default false, add "opt_changed_at" timestamptz(3) null;`,
    );
    this.addSql(`alter table "appointment" add "reply_to_id" uuid null;`);
    this.addSql(
      `alter table "appointment" add constraint "appointment_reply_to_id_foreign" foreign key ("reply_to_id") references "channel_address" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "notification" add constraint "notification_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(
      `alter table "notification_attempt" add constraint "notification_attempt_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(
      `alter table "notification_attempt" add constraint "notification_attempt_notification_id_foreign" foreign key ("notification_id") references "notification" ("id");`,
    );
    this.addSql(
      `alter table "notification_receipt" add constraint "notification_receipt_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(
      `alter table "notification_template" add constraint "notification_template_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "notification_template", "notification_receipt", "notification_attempt", "notification";`);
    this.addSql(`alter table "facility" drop column "notifications";`);
    this.addSql(`alter table "channel_address" drop column "last_inbound_at", drop column "is_opted_out", drop column "opt_changed_at";`);
    this.addSql(`alter table "appointment" drop constraint "appointment_reply_to_id_foreign", drop column "reply_to_id";`);
  }
}
