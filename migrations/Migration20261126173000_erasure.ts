import { Migration } from '@mikro-orm/migrations';

/** The table's columns by their names in the API, as the feed's migration has them. */
const CONTACT_FIELDS = {
  name: 'name_sealed',
  dateOfBirth: 'date_of_birth_sealed',
  phone: 'phone_sealed',
  rawPhone: 'raw_phone_sealed',
  email: 'email_sealed',
  gender: 'gender_sealed',
  nationalId: 'national_id_sealed',
  locale: 'locale',
  needsReview: 'needs_review',
  mergedInto: 'merged_into_id',
};
const MERGED = `when new.merged_into_id is not null and old.merged_into_id is null then 'contact.merged'`;
const ERASED = `when new.erased_at is not null and old.erased_at is null then 'contact.erased'`;

/**
 * A patient may be forgotten: the contact's row stays, empty, and the feed says so. An address that wants no messages outlives the patient as
 * its blind index alone.
 */
export class Migration20261126173000_erasure extends Migration {
  override name = 'Migration20261126173000_erasure';

  override up(): void | Promise<void> {
    this.addSql(`alter table "contact" add "erased_at" timestamptz(3) null;`);
    this.addSql(`alter table "channel_address" alter column "address_sealed" drop not null;`);
    this.addSql(
      `create index "webhook_event_patient_index" on "webhook_event" ("facility_id", "contact_id") where "appointment_id" is null and "contact_id" is not null;`,
    );
    this.addSql(`create index "appointment_reply_to_index" on "appointment" ("reply_to_id") where "reply_to_id" is not null;`);
    this.addSql(feedSql(`${ERASED} ${MERGED}`));
  }

  override down(): void | Promise<void> {
    this.addSql(feedSql(MERGED));
    this.addSql(`drop index "appointment_reply_to_index";`);
    this.addSql(`drop index "webhook_event_patient_index";`);
    this.addSql(`update "channel_address" set "address_sealed" = '' where "address_sealed" is null;`);
    this.addSql(`alter table "channel_address" alter column "address_sealed" set not null;`);
    this.addSql(`alter table "contact" drop column "erased_at";`);
  }
}

function feedSql(types: string): string {
  const changed = Object.entries(CONTACT_FIELDS).map(
    ([field, column]) => `case when old."${column}" is distinct from new."${column}" then '${field}' end`,
  );
  return `create or replace function "contact_to_feed"() returns trigger language plpgsql as $body$
    declare
      changed text[] := '{}';
    begin
      if tg_op = 'UPDATE' then
        changed := array_remove(array[${changed.join(', ')}], null);
        if cardinality(changed) = 0 then changed := array['identities']; end if;
      end if;
      perform pg_advisory_xact_lock_shared(1, 1);
      insert into platform_event (facility_id, type, appointment_id, contact_id, revision, changed, at)
      values (new.facility_id, case ${types} else tg_argv[0] end, null, new.id, null, changed, new.updated_at);
      return null;
    end
  $body$;`;
}
