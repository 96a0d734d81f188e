import { Migration } from '@mikro-orm/migrations';

export class Migration20261122100000_webhooks extends Migration {
  override name = 'Migration20261122100000_webhooks';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "contact_merge" ("id" uuid not null, "facility_id" uuid not null, "kept_contact_id" uuid not null, "merged_contact_id" uuid not null, "reference" text not null, "moved" jsonb not null, "merged_at" timestamptz(3) not null, "undone_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "contact_merge_merged_contact_id_index" on "contact_merge" ("merged_contact_id");`);
    this.addSql(`create index "contact_merge_facility_id_kept_contact_id_index" on "contact_merge" ("facility_id", "kept_contact_id");`);

    this.addSql(
      `create table "webhook_event" ("id" uuid not null, "facility_id" uuid not null, "identity" text not null, "body_digest" text not null, "body_sealed" text null, "received_at" timestamptz(3) not null, "deliveries" int not null, "type" text null, "outcome" text not null, "reason" text null, "flags" text[] not null, "occurred_at" timestamptz(3) null, "applied_at" timestamptz(3) null, "appointment_id" uuid null, "contact_id" uuid null, "changes" jsonb not null, "held_until" timestamptz(3) null, "look_again_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "webhook_event_body_index" on "webhook_event" ("received_at") where "body_sealed" is not null;`);
    this.addSql(`create index "webhook_event_pending_index" on "webhook_event" ("received_at") where "outcome" = 'pending';`);
    this.addSql(`create index "webhook_event_dead_index" on "webhook_event" ("received_at") where "reason" = 'dead-letter';`);
    this.addSql(`create index "webhook_event_facility_id_outcome_id_index" on "webhook_event" ("facility_id", "outcome", "id");`);
    this.addSql(`create index "webhook_event_held_index" on "webhook_event" ("look_again_at") where "outcome" = 'held';`);
    this.addSql(
      `create index "webhook_event_facility_id_appointment_id_id_index" on "webhook_event" ("facility_id", "appointment_id", "id");`,
    );
    this.addSql(`create index "webhook_event_facility_id_id_index" on "webhook_event" ("facility_id", "id");`);
    this.addSql(
      `alter table "webhook_event" add constraint "webhook_event_facility_id_identity_body_digest_unique" unique ("facility_id", "identity", "body_digest");`,
    );

    this.addSql(`alter table "facility" add "webhook" jsonb not null default '{"scheme": "standard-webhooks", "headerName": null}';`);

    this.addSql(`alter table "contact" add "merged_into_id" uuid null;`);
    this.addSql(
      `alter table "contact" add constraint "contact_merged_into_id_foreign" foreign key ("merged_into_id") references "contact" ("id") on delete set null;`,
    );
    this.addSql(`create index "contact_merged_into_id_index" on "contact" ("merged_into_id");`);

    this.addSql(`alter table "appointment" add "stamps" jsonb not null default '{}';`);
    // What was known so far came from the hospital's answers to calls of our own.
    const stamp = (column: string): string =>
      `jsonb_build_object('at', to_char("${column}" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'isApproximate', false, 'rank', 0, 'identity', '')`;
    this.addSql(
      `update "appointment" set "stamps" = "stamps" || jsonb_build_object('status', ${stamp('status_as_of')}) where "status_as_of" is not null;`,
    );
    this.addSql(
      `update "appointment" set "stamps" = "stamps" || jsonb_build_object('start', ${stamp('schedule_as_of')}, 'calendar', ${stamp('schedule_as_of')}, 'type', ${stamp('schedule_as_of')}) where "schedule_as_of" is not null;`,
    );
    this.addSql(`alter table "appointment" drop column "status_as_of", drop column "schedule_as_of", drop column "queue_as_of";`);

    this.addSql(`alter table "facility_secret" add "valid_until" timestamptz(3) null;`);

    this.addSql(`alter table "upstream_attempt" add "echo_id" uuid null;`);

    this.addSql(
      `alter table "contact_merge" add constraint "contact_merge_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(
      `alter table "contact_merge" add constraint "contact_merge_kept_contact_id_foreign" foreign key ("kept_contact_id") references "contact" ("id");`,
    );
    this.addSql(
      `alter table "contact_merge" add constraint "contact_merge_merged_contact_id_foreign" foreign key ("merged_contact_id") references "contact" ("id");`,
    );

    this.addSql(
      `alter table "webhook_event" add constraint "webhook_event_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(
      `alter table "webhook_event" add constraint "webhook_event_appointment_id_foreign" foreign key ("appointment_id") references "appointment" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "webhook_event" add constraint "webhook_event_contact_id_foreign" foreign key ("contact_id") references "contact" ("id") on delete set null;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "contact_merge" cascade;`);
    this.addSql(`drop table if exists "webhook_event" cascade;`);

    this.addSql(`alter table "contact" drop constraint "contact_merged_into_id_foreign";`);

    this.addSql(`alter table "appointment" drop column "stamps";`);
    this.addSql(
      `alter table "appointment" add "status_as_of" timestamptz(3) null, add "schedule_as_of" timestamptz(3) null, add "queue_as_of" timestamptz(3) null;`,
    );

    this.addSql(`drop index "contact_merged_into_id_index";`);
    this.addSql(`alter table "contact" drop column "merged_into_id";`);

    this.addSql(`alter table "facility" drop column "webhook";`);

    this.addSql(`alter table "facility_secret" drop column "valid_until";`);

    this.addSql(`alter table "upstream_attempt" drop column "echo_id";`);
  }
}
