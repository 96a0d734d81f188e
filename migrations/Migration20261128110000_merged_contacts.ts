import { Migration } from '@mikro-orm/migrations';

/**
 * Few contacts were merged into another: the others need no place in that index, and a database that was not analysed yet takes "merged into
 * none" for something rare to be found by it.
 */
export class Migration20261128110000_merged_contacts extends Migration {
  override name = 'Migration20261128110000_merged_contacts';

  override up(): void | Promise<void> {
    this.addSql(`drop index "contact_merged_into_id_index";`);
    this.addSql(`create index "contact_merged_into_id_index" on "contact" ("merged_into_id") where "merged_into_id" is not null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "contact_merged_into_id_index";`);
    this.addSql(`create index "contact_merged_into_id_index" on "contact" ("merged_into_id");`);
  }
}
