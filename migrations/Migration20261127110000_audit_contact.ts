import { Migration } from '@mikro-orm/migrations';

/** "Who has read this patient's data?" is found without a look at every entry. */
export class Migration20261127110000_audit_contact extends Migration {
  override name = 'Migration20261127110000_audit_contact';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "audit_contact" ("facility_id" uuid not null, "contact_id" uuid not null, "entry_id" uuid not null, primary key ("facility_id", "contact_id", "entry_id"));`,
    );
    this.addSql(
      `insert into "audit_contact" select distinct "facility_id", unnest("contact_ids"), "id" from "audit_entry" on conflict do nothing;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "audit_contact";`);
  }
}
