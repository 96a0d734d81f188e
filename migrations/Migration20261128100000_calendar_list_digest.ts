import { Migration } from '@mikro-orm/migrations';

/** A run keeps what the list said that it applied, in short: a hospital without entity tags that lists the same again has nothing compared. */
export class Migration20261128100000_calendar_list_digest extends Migration {
  override name = 'Migration20261128100000_calendar_list_digest';

  override up(): void | Promise<void> {
    this.addSql(`alter table "calendar_sync" add column "list_digest" text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "calendar_sync" drop column "list_digest";`);
  }
}
