import { Migration } from '@mikro-orm/migrations';

/** Who did what, to whose data; chained, so that what is changed or taken away later shows. */
export class Migration20261126160000_audit extends Migration {
  override name = 'Migration20261126160000_audit';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "audit_entry" ("id" uuid not null, "facility_id" uuid not null, "at" timestamptz(3) not null, "actor_id" text not null, "action" text not null, "phase" text not null, "status" int null, "subject_id" uuid null, "contact_ids" uuid[] not null, "request_id" text not null, "reason_sealed" text null, primary key ("id"));`,
    );
    this.addSql(`create index "audit_entry_facility_id_actor_id_id_index" on "audit_entry" ("facility_id", "actor_id", "id");`);
    this.addSql(`create index "audit_entry_facility_id_id_index" on "audit_entry" ("facility_id", "id");`);
    this.addSql(
      `create table "audit_link" ("facility_id" uuid not null, "position" bigint not null, "entry_id" uuid not null, "hash" text not null, primary key ("facility_id", "position"));`,
    );
    this.addSql(`alter table "audit_link" add constraint "audit_link_entry_id_unique" unique ("entry_id");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "audit_link";`);
    this.addSql(`drop table "audit_entry";`);
  }
}
