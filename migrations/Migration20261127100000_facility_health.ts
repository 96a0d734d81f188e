import { Migration } from '@mikro-orm/migrations';

/** What is seen of the hospitals' health. */
export class Migration20261127100000_facility_health extends Migration {
  override name = 'Migration20261127100000_facility_health';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "facility_health" ("facility_id" uuid not null, "breaker" text null, "breaker_since" timestamptz(3) null, "next_probe_at" timestamptz(3) null, "paused_until" timestamptz(3) null, "last_success_at" timestamptz(3) null, "failures" jsonb not null, primary key ("facility_id"));`,
    );
    this.addSql(
      `alter table "facility_health" add constraint "facility_health_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "facility_health";`);
  }
}
