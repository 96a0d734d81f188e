import { Migration } from '@mikro-orm/migrations';

/** Seats that are held for a while. */
export class Migration20261126140500_slot_holds extends Migration {
  override name = 'Migration20261126140500_slot_holds';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "slot_hold" ("id" uuid not null, "facility_id" uuid not null, "calendar_id" uuid not null, "appointment_type_id" uuid not null, "start_at" timestamptz(3) not null, "key_id" text not null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "appointment_id" uuid null, primary key ("id"));`,
    );
    this.addSql(`create index "slot_hold_facility_id_key_id_expires_at_index" on "slot_hold" ("facility_id", "key_id", "expires_at");`);
    this.addSql(`create index "slot_hold_expires_at_index" on "slot_hold" ("expires_at");`);
    this.addSql(
      `alter table "slot_hold" add constraint "slot_hold_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(
      `alter table "slot_hold" add constraint "slot_hold_calendar_id_foreign" foreign key ("calendar_id") references "calendar" ("id");`,
    );
    this.addSql(
      `alter table "slot_hold" add constraint "slot_hold_appointment_type_id_foreign" foreign key ("appointment_type_id") references "appointment_type" ("id");`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "slot_hold";`);
  }
}
