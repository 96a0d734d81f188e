import { Migration } from '@mikro-orm/migrations';

/** Since when a hospital that is well tells nothing of a booking, and when a person was asked to look. */
export class Migration20261127103000_silent_hospitals extends Migration {
  override name = 'Migration20261127103000_silent_hospitals';

  override up(): void | Promise<void> {
    this.addSql(`alter table "unknown_outcome" add "silent_at" timestamptz(3) null, add "flagged_at" timestamptz(3) null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "unknown_outcome" drop column "silent_at", drop column "flagged_at";`);
  }
}
