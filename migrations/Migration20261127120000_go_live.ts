import { Migration } from '@mikro-orm/migrations';

/**
 * Facilities go live by a gate: since when they have their status and why, what they have shown, and when their hospital is looked after
 * next. Those of before keep their status. A change of it is in the feed, written by a trigger as the rest is.
 */
export class Migration20261127120000_go_live extends Migration {
  override name = 'Migration20261127120000_go_live';

  override up(): void | Promise<void> {
    this.addSql(
      `alter table "facility" add "status_since" timestamptz(3) null, add "status_reason" text not null default 'set', add "status_cause" text null, add "testing_since" timestamptz(3) null, add "live_at" timestamptz(3) null, add "connection_checked_at" timestamptz(3) null, add "has_connection_passed" boolean null, add "health_streak" int not null default 0, add "health_check_due_at" timestamptz(3) not null default now();`,
    );
    this.addSql(
      `update "facility" set "status_since" = "updated_at", "testing_since" = case when "status" = 'testing' then "updated_at" end, "live_at" = case when "status" in ('live', 'inactive') then "created_at" end;`,
    );
    this.addSql(
      `alter table "facility" alter column "status_since" set not null, alter column "status_reason" drop default, alter column "health_streak" drop default, alter column "health_check_due_at" drop default;`,
    );
    this.addSql(`create index "facility_health_check_due_at_index" on "facility" ("health_check_due_at");`);
    this.addSql(`alter table "platform_event" alter column "contact_id" drop not null;`);
    this.addSql(`create function "facility_to_feed"() returns trigger language plpgsql as $body$
    begin
      perform pg_advisory_xact_lock_shared(1, 1);
      insert into platform_event (facility_id, type, appointment_id, contact_id, revision, changed, at)
      values (new.id, 'facility.changed', null, null, null, array['status'], new.status_since);
      return null;
    end
  $body$;`);
    this.addSql(
      `create trigger "facility_changed" after update on "facility" for each row when (old.status is distinct from new.status) execute function "facility_to_feed"();`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop function "facility_to_feed" cascade;`);
    this.addSql(`delete from "platform_event" where "contact_id" is null;`);
    this.addSql(`alter table "platform_event" alter column "contact_id" set not null;`);
    this.addSql(`update "facility" set "status" = 'live' where "status" = 'degraded';`);
    this.addSql(
      `alter table "facility" drop column "status_since", drop column "status_reason", drop column "status_cause", drop column "testing_since", drop column "live_at", drop column "connection_checked_at", drop column "has_connection_passed", drop column "health_streak", drop column "health_check_due_at";`,
    );
  }
}
