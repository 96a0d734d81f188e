import { Migration } from '@mikro-orm/migrations';

/** What the copies of the hub have used of their rate limits. Rows change often: no index but the key, so that they change in place. */
export class Migration20261126160000_rate_limits extends Migration {
  override name = 'Migration20261126160000_rate_limits';

  override up(): void | Promise<void> {
    this.addSql(
      `create unlogged table "rate_count" ("id" text not null, "window_start" timestamptz(3) not null, "used" int not null, primary key ("id")) with (fillfactor = 50);`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "rate_count";`);
  }
}
