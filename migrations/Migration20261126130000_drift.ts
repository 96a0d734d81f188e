import { Migration } from '@mikro-orm/migrations';

/** The comparison of a facility's appointments with the hospital's list: its runs, what they found, when the next is due. */
export class Migration20261126130000_drift extends Migration {
  override name = 'Migration20261126130000_drift';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "drift_run" ("id" uuid not null, "facility_id" uuid not null, "status" text not null, "started_at" timestamptz(3) not null, "finished_at" timestamptz(3) null, "compared" int not null, "skipped" int not null, "listed" int not null, "code" text null, "message" text null, "is_smaller_expected" boolean not null, "list_size" jsonb null, primary key ("id"));`,
    );
    this.addSql(`create unique index "drift_run_running_unique" on "drift_run" ("facility_id") where "status" = 'running';`);
    this.addSql(`create index "drift_run_started_at_index" on "drift_run" ("started_at");`);
    this.addSql(`create index "drift_run_facility_id_id_index" on "drift_run" ("facility_id", "id");`);
    this.addSql(
      `create table "drift_finding" ("id" uuid not null, "facility_id" uuid not null, "fingerprint" text not null, "kind" text not null, "appointment_id" uuid null, "external_id" text not null, "ours" jsonb null, "theirs" jsonb null, "status" text not null, "first_seen_at" timestamptz(3) not null, "last_seen_at" timestamptz(3) not null, "closed_at" timestamptz(3) null, "closed_by" text null, "reason_sealed" text null, primary key ("id"));`,
    );
    this.addSql(`create index "drift_finding_last_seen_at_index" on "drift_finding" ("last_seen_at");`);
    this.addSql(`create index "drift_finding_open_index" on "drift_finding" ("kind") where "status" = 'open';`);
    this.addSql(`create index "drift_finding_facility_id_status_id_index" on "drift_finding" ("facility_id", "status", "id");`);
    this.addSql(
      `alter table "drift_finding" add constraint "drift_finding_facility_id_fingerprint_unique" unique ("facility_id", "fingerprint");`,
    );
    this.addSql(
      `alter table "drift_run" add constraint "drift_run_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(
      `alter table "drift_finding" add constraint "drift_finding_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(
      `alter table "drift_finding" add constraint "drift_finding_appointment_id_foreign" foreign key ("appointment_id") references "appointment" ("id") on delete set null;`,
    );
    this.addSql(`alter table "facility" add "drift_interval_minutes" int null, add "drift_due_at" timestamptz(3) null;`);
    // Those that are there already do not all begin at once.
    this.addSql(`update "facility" set "drift_interval_minutes" = 360, "drift_due_at" = now() + random() * interval '6 hours';`);
    this.addSql(`alter table "facility" alter column "drift_interval_minutes" set not null, alter column "drift_due_at" set not null;`);
    this.addSql(`create index "facility_drift_due_at_index" on "facility" ("drift_due_at");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "facility" drop column "drift_interval_minutes", drop column "drift_due_at";`);
    this.addSql(`drop table "drift_finding";`);
    this.addSql(`drop table "drift_run";`);
  }
}
