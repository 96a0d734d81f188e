import { Migration } from '@mikro-orm/migrations';

/**
 * "Who has read this patient's data?" is found without a look at every entry. Written by the database, so that a copy of before, which goes on
 * while the others are replaced, leaves no gap.
 */
export class Migration20261127110000_audit_contact extends Migration {
  override name = 'Migration20261127110000_audit_contact';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "audit_contact" ("facility_id" uuid not null, "contact_id" uuid not null, "entry_id" uuid not null, primary key ("facility_id", "contact_id", "entry_id"));`,
    );
    this.addSql(`create function name_audit_contacts() returns trigger language plpgsql as $$
      begin
        insert into audit_contact (facility_id, contact_id, entry_id) select distinct facility_id, unnest(contact_ids), id from added;
        return null;
      end $$;`);
    this.addSql(
      `create trigger name_audit_contacts after insert on audit_entry referencing new table as added for each statement execute function name_audit_contacts();`,
    );
    this.addSql(
      `insert into "audit_contact" select distinct "facility_id", unnest("contact_ids"), "id" from "audit_entry" on conflict do nothing;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop trigger name_audit_contacts on audit_entry;`);
    this.addSql(`drop function name_audit_contacts();`);
    this.addSql(`drop table "audit_contact";`);
  }
}
