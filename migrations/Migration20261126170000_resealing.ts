import { Migration } from '@mikro-orm/migrations';

const CHANGED = 'old.* is distinct from new.*';

/** What is only sealed anew, under another key, has not changed: the feed says nothing of it. */
export class Migration20261126170000_resealing extends Migration {
  override name = 'Migration20261126170000_resealing';

  override up(): void | Promise<void> {
    for (const table of ['appointment', 'contact'])
      this.addSql(triggerSql(table, `${CHANGED} and current_setting('app.is_resealing', true) is distinct from 'on'`));
  }

  override down(): void | Promise<void> {
    for (const table of ['appointment', 'contact']) this.addSql(triggerSql(table, CHANGED));
  }
}

function triggerSql(table: string, condition: string): string {
  return `create or replace trigger "${table}_changed" after update on "${table}" for each row when (${condition}) execute function "${table}_to_feed"('${table}.changed');`;
}
