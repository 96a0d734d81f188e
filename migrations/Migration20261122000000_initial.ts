import { Migration } from '@mikro-orm/migrations';

export class Migration20261122000000_initial extends Migration {
  override name = 'Migration20261122000000_initial';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "api_key" ("id" uuid not null, "name" text not null, "hash" text not null, "prefix" text not null, "scopes" text[] not null, "facility_ids" uuid[] null, "expires_at" timestamptz(3) null, "revoked_at" timestamptz(3) null, "last_used_at" timestamptz(3) null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`alter table "api_key" add constraint "api_key_hash_unique" unique ("hash");`);

    this.addSql(
      `create table "facility" ("id" uuid not null, "name" text not null, "timezone" text not null, "country" text not null, "locale" text not null, "status" text not null, "scheduler" jsonb not null, "policies" jsonb not null, "default_appointment_type" jsonb not null, "calendar_sync_interval_minutes" int not null, "calendar_sync_due_at" timestamptz(3) not null, "offers_changed_at" timestamptz(3) not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`create index "facility_calendar_sync_due_at_index" on "facility" ("calendar_sync_due_at");`);

    this.addSql(
      `create table "contact" ("id" uuid not null, "facility_id" uuid not null, "name_sealed" text not null, "date_of_birth_sealed" text null, "phone_sealed" text null, "raw_phone_sealed" text null, "email_sealed" text null, "gender_sealed" text null, "national_id_sealed" text null, "phone_index" text null, "email_index" text null, "national_id_index" text null, "locale" text null, "needs_review" boolean not null, "review_reason" text null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`create index "contact_facility_id_id_index" on "contact" ("facility_id", "id");`);
    this.addSql(`create index "contact_facility_id_national_id_index_index" on "contact" ("facility_id", "national_id_index");`);
    this.addSql(`create index "contact_facility_id_email_index_index" on "contact" ("facility_id", "email_index");`);
    this.addSql(`create index "contact_facility_id_phone_index_index" on "contact" ("facility_id", "phone_index");`);

    this.addSql(
      `create table "contact_identity" ("id" uuid not null, "facility_id" uuid not null, "contact_id" uuid not null, "kind" text not null, "value" text not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "contact_identity_contact_id_index" on "contact_identity" ("contact_id");`);
    this.addSql(
      `alter table "contact_identity" add constraint "contact_identity_facility_id_kind_value_unique" unique ("facility_id", "kind", "value");`,
    );

    this.addSql(
      `create table "channel_address" ("id" uuid not null, "facility_id" uuid not null, "channel" text not null, "address_sealed" text not null, "address_index" text not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "channel_address" add constraint "channel_address_facility_id_channel_address_index_unique" unique ("facility_id", "channel", "address_index");`,
    );

    this.addSql(
      `create table "contact_channel" ("id" uuid not null, "facility_id" uuid not null, "contact_id" uuid not null, "channel_address_id" uuid not null, "is_primary" boolean not null, primary key ("id"));`,
    );
    this.addSql(`create index "contact_channel_channel_address_id_index" on "contact_channel" ("channel_address_id");`);
    this.addSql(
      `alter table "contact_channel" add constraint "contact_channel_facility_id_contact_id_channel_ad_c64a1_unique" unique ("facility_id", "contact_id", "channel_address_id");`,
    );

    this.addSql(
      `create table "calendar_sync" ("id" uuid not null, "facility_id" uuid not null, "status" text not null, "started_at" timestamptz(3) not null, "finished_at" timestamptz(3) null, "duration_ms" int null, "added" int not null, "changed" int not null, "removed" int not null, "unchanged" int not null, "error" jsonb null, "etag" text null, primary key ("id"));`,
    );
    this.addSql(`create index "calendar_sync_facility_id_id_index" on "calendar_sync" ("facility_id", "id");`);

    this.addSql(
      `create table "calendar" ("id" uuid not null, "facility_id" uuid not null, "external_id" text not null, "name" text not null, "description" text null, "timezone" text null, "enabled" boolean not null, "removed_at" timestamptz(3) null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`alter table "calendar" add constraint "calendar_facility_id_external_id_unique" unique ("facility_id", "external_id");`);

    this.addSql(
      `create table "appointment_type" ("id" uuid not null, "facility_id" uuid not null, "external_id" text null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "appointment_type" add constraint "appointment_type_facility_id_external_id_unique" unique ("facility_id", "external_id");`,
    );

    this.addSql(
      `create table "calendar_offering" ("id" uuid not null, "facility_id" uuid not null, "calendar_id" uuid not null, "appointment_type_id" uuid not null, "name" text not null, "duration_minutes" int not null, "is_default" boolean not null, "removed_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "calendar_offering_calendar_id_index" on "calendar_offering" ("calendar_id");`);
    this.addSql(`create index "calendar_offering_appointment_type_id_index" on "calendar_offering" ("appointment_type_id");`);
    this.addSql(
      `alter table "calendar_offering" add constraint "calendar_offering_facility_id_calendar_id_appoint_45c59_unique" unique ("facility_id", "calendar_id", "appointment_type_id");`,
    );

    this.addSql(
      `create table "availability_snapshot" ("id" uuid not null, "facility_id" uuid not null, "calendar_id" uuid not null, "appointment_type_id" uuid not null, "month" text not null, "slots" jsonb not null, "fetched_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "availability_snapshot" add constraint "availability_snapshot_facility_id_calendar_id_app_6e527_unique" unique ("facility_id", "calendar_id", "appointment_type_id", "month");`,
    );

    this.addSql(
      `create table "appointment" ("id" uuid not null, "facility_id" uuid not null, "contact_id" uuid not null, "calendar_id" uuid null, "appointment_type_id" uuid null, "start_at" timestamptz(3) null, "end_at" timestamptz(3) null, "status" text not null, "external_id" text null, "patient_id" text null, "temporary_patient_id" text null, "queue_number" text null, "reason_sealed" text null, "notes_sealed" text null, "source" text not null, "revision" int not null, "pending_change" jsonb null, "needs_review" boolean not null, "review_reason" text null, "status_as_of" timestamptz(3) null, "schedule_as_of" timestamptz(3) null, "queue_as_of" timestamptz(3) null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(`create index "appointment_facility_id_start_at_index" on "appointment" ("facility_id", "start_at");`);
    this.addSql(
      `create index "appointment_facility_id_temporary_patient_id_index" on "appointment" ("facility_id", "temporary_patient_id");`,
    );
    this.addSql(`create index "appointment_facility_id_patient_id_index" on "appointment" ("facility_id", "patient_id");`);
    this.addSql(`create index "appointment_facility_id_id_index" on "appointment" ("facility_id", "id");`);
    this.addSql(`create index "appointment_facility_id_contact_id_id_index" on "appointment" ("facility_id", "contact_id", "id");`);
    this.addSql(
      `alter table "appointment" add constraint "appointment_facility_id_external_id_unique" unique ("facility_id", "external_id");`,
    );

    this.addSql(
      `create table "appointment_event" ("id" uuid not null, "facility_id" uuid not null, "appointment_id" uuid not null, "at" timestamptz(3) not null, "type" text not null, "source" text not null, "before" jsonb null, "after" jsonb null, "reference" text null, primary key ("id"));`,
    );
    this.addSql(
      `create index "appointment_event_facility_id_appointment_id_id_index" on "appointment_event" ("facility_id", "appointment_id", "id");`,
    );

    this.addSql(
      `create table "facility_secret" ("id" uuid not null, "facility_id" uuid not null, "kind" text not null, "value_sealed" text not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "facility_secret_facility_id_kind_index" on "facility_secret" ("facility_id", "kind");`);

    this.addSql(
      `create table "idempotency_key" ("id" uuid not null, "facility_id" uuid not null, "route" text not null, "key_digest" text not null, "body_digest" text not null, "appointment_id" uuid not null, "response_status" int null, "problem" jsonb null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "idempotency_key_expires_at_index" on "idempotency_key" ("expires_at");`);
    this.addSql(
      `alter table "idempotency_key" add constraint "idempotency_key_facility_id_route_key_digest_unique" unique ("facility_id", "route", "key_digest");`,
    );

    this.addSql(
      `create table "slot_claim" ("id" uuid not null, "facility_id" uuid not null, "calendar_id" uuid not null, "start_at" timestamptz(3) not null, "seat" int not null, "holder_id" uuid not null, "created_at" timestamptz(3) not null, "confirmed_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "slot_claim_facility_id_holder_id_index" on "slot_claim" ("facility_id", "holder_id");`);
    this.addSql(
      `alter table "slot_claim" add constraint "slot_claim_facility_id_calendar_id_start_at_seat_unique" unique ("facility_id", "calendar_id", "start_at", "seat");`,
    );

    this.addSql(
      `create table "upstream_attempt" ("id" uuid not null, "facility_id" uuid not null, "appointment_id" uuid not null, "kind" text not null, "calendar_id" uuid null, "start_at" timestamptz(3) null, "sent_at" timestamptz(3) not null, "deadline_at" timestamptz(3) not null, "finished_at" timestamptz(3) null, "outcome" text null, "code" text null, "http_status" int null, primary key ("id"));`,
    );
    this.addSql(
      `create index "upstream_attempt_open_index" on "upstream_attempt" ("facility_id", "deadline_at") where "outcome" is null or "outcome" = 'unknown';`,
    );
    this.addSql(
      `create index "upstream_attempt_facility_id_appointment_id_id_index" on "upstream_attempt" ("facility_id", "appointment_id", "id");`,
    );

    this.addSql(
      `alter table "contact" add constraint "contact_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );

    this.addSql(
      `alter table "contact_identity" add constraint "contact_identity_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(
      `alter table "contact_identity" add constraint "contact_identity_contact_id_foreign" foreign key ("contact_id") references "contact" ("id");`,
    );

    this.addSql(
      `alter table "channel_address" add constraint "channel_address_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );

    this.addSql(
      `alter table "contact_channel" add constraint "contact_channel_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(
      `alter table "contact_channel" add constraint "contact_channel_contact_id_foreign" foreign key ("contact_id") references "contact" ("id");`,
    );
    this.addSql(
      `alter table "contact_channel" add constraint "contact_channel_channel_address_id_foreign" foreign key ("channel_address_id") references "channel_address" ("id");`,
    );

    this.addSql(
      `alter table "calendar_sync" add constraint "calendar_sync_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );

    this.addSql(
      `alter table "calendar" add constraint "calendar_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );

    this.addSql(
      `alter table "appointment_type" add constraint "appointment_type_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );

    this.addSql(
      `alter table "calendar_offering" add constraint "calendar_offering_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(
      `alter table "calendar_offering" add constraint "calendar_offering_calendar_id_foreign" foreign key ("calendar_id") references "calendar" ("id");`,
    );
    this.addSql(
      `alter table "calendar_offering" add constraint "calendar_offering_appointment_type_id_foreign" foreign key ("appointment_type_id") references "appointment_type" ("id");`,
    );

    this.addSql(
      `alter table "availability_snapshot" add constraint "availability_snapshot_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(
      `alter table "availability_snapshot" add constraint "availability_snapshot_calendar_id_foreign" foreign key ("calendar_id") references "calendar" ("id");`,
    );
    this.addSql(
      `alter table "availability_snapshot" add constraint "availability_snapshot_appointment_type_id_foreign" foreign key ("appointment_type_id") references "appointment_type" ("id");`,
    );

    this.addSql(
      `alter table "appointment" add constraint "appointment_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(
      `alter table "appointment" add constraint "appointment_contact_id_foreign" foreign key ("contact_id") references "contact" ("id");`,
    );
    this.addSql(
      `alter table "appointment" add constraint "appointment_calendar_id_foreign" foreign key ("calendar_id") references "calendar" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "appointment" add constraint "appointment_appointment_type_id_foreign" foreign key ("appointment_type_id") references "appointment_type" ("id") on delete set null;`,
    );

    this.addSql(
      `alter table "appointment_event" add constraint "appointment_event_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(
      `alter table "appointment_event" add constraint "appointment_event_appointment_id_foreign" foreign key ("appointment_id") references "appointment" ("id");`,
    );

    this.addSql(
      `alter table "facility_secret" add constraint "facility_secret_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );

    this.addSql(
      `alter table "idempotency_key" add constraint "idempotency_key_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );

    this.addSql(
      `alter table "slot_claim" add constraint "slot_claim_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(
      `alter table "slot_claim" add constraint "slot_claim_calendar_id_foreign" foreign key ("calendar_id") references "calendar" ("id");`,
    );

    this.addSql(
      `alter table "upstream_attempt" add constraint "upstream_attempt_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(
      `alter table "upstream_attempt" add constraint "upstream_attempt_appointment_id_foreign" foreign key ("appointment_id") references "appointment" ("id");`,
    );
    this.addSql(
      `alter table "upstream_attempt" add constraint "upstream_attempt_calendar_id_foreign" foreign key ("calendar_id") references "calendar" ("id") on delete set null;`,
    );
  }
}
