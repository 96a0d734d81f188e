import { Migration } from '@mikro-orm/migrations';

/** What is done to learn the outcome of calls; a person's queue. */
export class Migration20261126120000_unknown_outcomes extends Migration {
  override name = 'Migration20261126120000_unknown_outcomes';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "unknown_outcome" ("attempt_id" uuid not null, "facility_id" uuid not null, "appointment_id" uuid not null, "kind" text not null, "since" timestamptz(3) not null, "until_at" timestamptz(3) not null, "revision" int not null, "next_look_at" timestamptz(3) not null, "queued_at" timestamptz(3) null, "looks" int not null, "absent_at" timestamptz(3) null, "free_at" timestamptz(3) null, "ended_at" timestamptz(3) null, "ended_by" text null, primary key ("attempt_id"));`,
    );
    this.addSql(`create index "unknown_outcome_facility_id_appointment_id_index" on "unknown_outcome" ("facility_id", "appointment_id");`);
    this.addSql(`create index "unknown_outcome_ended_at_index" on "unknown_outcome" ("ended_at");`);
    this.addSql(`create index "unknown_outcome_due_index" on "unknown_outcome" ("next_look_at") where "ended_at" is null;`);
    this.addSql(
      `alter table "unknown_outcome" add constraint "unknown_outcome_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(
      `alter table "unknown_outcome" add constraint "unknown_outcome_appointment_id_foreign" foreign key ("appointment_id") references "appointment" ("id");`,
    );
    this.addSql(`alter table "upstream_attempt" add "seats" int null;`);
    this.addSql(`alter table "appointment_event" add "note_sealed" text null;`);
    this.addSql(`create index "appointment_review_index" on "appointment" ("facility_id", "id") where "needs_review";`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "appointment_review_index";`);
    this.addSql(`alter table "appointment_event" drop column "note_sealed";`);
    this.addSql(`alter table "upstream_attempt" drop column "seats";`);
    this.addSql(`drop table "unknown_outcome";`);
  }
}
