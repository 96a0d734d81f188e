import { Migration } from '@mikro-orm/migrations';

/**
 * What /metrics counts is found by an index of just these rows: when a facility's calendars were last synced, noted by a trigger so that
 * whoever ends a run notes it; and messages that wait for another day's SMS.
 */
export class Migration20261127134500_metrics extends Migration {
  override name = 'Migration20261127134500_metrics';

  override up(): void | Promise<void> {
    this.addSql(`alter table "facility" add "calendars_fresh_at" timestamptz(3) not null default now();`);
    this.addSql(`update "facility" f set "calendars_fresh_at" = coalesce(
      (select s."finished_at" from "calendar_sync" s where s."facility_id" = f."id" and s."status" = 'succeeded' order by s."id" desc limit 1),
      f."created_at"
    );`);
    this.addSql(
      `create index "facility_calendars_fresh_index" on "facility" ("calendars_fresh_at", "calendar_sync_interval_minutes") where "status" in ('live', 'degraded');`,
    );
    this.addSql(
      `create index "notification_capped_index" on "notification" ("send_after") where "status" = 'expected' and "verdict" = 'spend-cap';`,
    );
    this.addSql(`create function "calendar_sync_to_facility"() returns trigger language plpgsql as $body$
    begin
      update facility set calendars_fresh_at = new.finished_at where id = new.facility_id;
      return null;
    end
  $body$;`);
    this.addSql(
      `create trigger "calendar_sync_succeeded" after update on "calendar_sync" for each row when (old.status <> 'succeeded' and new.status = 'succeeded') execute function "calendar_sync_to_facility"();`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop function "calendar_sync_to_facility" cascade;`);
    this.addSql(`drop index "notification_capped_index";`);
    this.addSql(`alter table "facility" drop column "calendars_fresh_at";`);
  }
}
