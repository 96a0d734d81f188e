import { Migration } from '@mikro-orm/migrations';

/** What facilities have spent on SMS, by day; a cap for each, of which those that are there get the default. */
export class Migration20261126160100_sms_spend extends Migration {
  override name = 'Migration20261126160100_sms_spend';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "sms_spend" ("facility_id" uuid not null, "day" date not null, "segments" int not null, primary key ("facility_id", "day"));`,
    );
    this.addSql(
      `alter table "sms_spend" add constraint "sms_spend_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(
      `alter table "facility" alter column "notifications" set default '{"order": ["messenger", "viber", "sms"], "channels": [], "reminders": [], "quietHours": null, "smsDailyCap": 10000, "testAddresses": []}';`,
    );
    this.addSql(
      `update "facility" set "notifications" = "notifications" || '{"smsDailyCap": 10000}' where not "notifications" ? 'smsDailyCap';`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`update "facility" set "notifications" = "notifications" - 'smsDailyCap';`);
    this.addSql(
      `alter table "facility" alter column "notifications" set default '{"order": ["messenger", "viber", "sms"], "channels": [], "reminders": [], "quietHours": null, "testAddresses": []}';`,
    );
    this.addSql(`drop table "sms_spend";`);
  }
}
