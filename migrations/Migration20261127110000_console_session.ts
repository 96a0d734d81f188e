import { Migration } from '@mikro-orm/migrations';

/** Who is signed in to the console: of no facility, and nothing of a patient. */
export class Migration20261127110000_console_session extends Migration {
  override name = 'Migration20261127110000_console_session';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "console_session" ("hash" text not null, "key_hash" text not null, "created_at" timestamptz(3) not null, "seen_at" timestamptz(3) not null, primary key ("hash"));`,
    );
    this.addSql(`create index "console_session_created_at_index" on "console_session" ("created_at");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "console_session" cascade;`);
  }
}
