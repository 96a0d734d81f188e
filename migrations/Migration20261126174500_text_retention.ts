import { Migration } from '@mikro-orm/migrations';

/** Texts of messages are kept for a time: those that are over it are found without reading the whole ledger. */
export class Migration20261126174500_text_retention extends Migration {
  override name = 'Migration20261126174500_text_retention';

  override up(): void | Promise<void> {
    this.addSql(`create index "notification_text_index" on "notification" ("created_at") where "text_sealed" is not null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "notification_text_index";`);
  }
}
