import { Migration } from '@mikro-orm/migrations';

/** A claim on a seat may end by itself. */
export class Migration20261126140000_expiring_claims extends Migration {
  override name = 'Migration20261126140000_expiring_claims';

  override up(): void | Promise<void> {
    this.addSql(`alter table "slot_claim" add "expires_at" timestamptz(3) null;`);
    this.addSql(`create index "slot_claim_expiring_index" on "slot_claim" ("expires_at") where "expires_at" is not null;`);
  }

  override down(): void | Promise<void> {
    // Without their end they would block their seats for ever.
    this.addSql(`delete from "slot_claim" where "expires_at" is not null;`);
    this.addSql(`drop index "slot_claim_expiring_index";`);
    this.addSql(`alter table "slot_claim" drop column "expires_at";`);
  }
}
