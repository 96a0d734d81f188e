import { Migration } from '@mikro-orm/migrations';

/** The table's columns by their names in the API. */
const APPOINTMENT_FIELDS = {
  status: 'status',
  start: 'start_at',
  end: 'end_at',
  calendarId: 'calendar_id',
  appointmentTypeId: 'appointment_type_id',
  contactId: 'contact_id',
  appointmentId: 'external_id',
  patientId: 'patient_id',
  temporaryPatientId: 'temporary_patient_id',
  queueNumber: 'queue_number',
  reason: 'reason_sealed',
  pendingChange: 'pending_change',
  needsReview: 'needs_review',
  reviewReason: 'review_reason',
};
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

/**
 * The feed is written by triggers: whatever changes an appointment or a contact, by whichever statement, is in it, with the
 * change or not at all. A position is given out under a shared lock that is held until the commit: by it readers see who
 * is still writing, and let no lower position show up behind what they have read.
 */
export class Migration20261122100100_feed extends Migration {
  override name = 'Migration20261122100100_feed';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "platform_event" ("position" bigserial primary key, "facility_id" uuid not null, "type" text not null, "appointment_id" uuid null, "contact_id" uuid not null, "revision" int null, "changed" text[] not null, "at" timestamptz(3) not null);`,
    );
    this.addSql(`create index "platform_event_facility_id_position_index" on "platform_event" ("facility_id", "position");`);
    this.addSql(
      `alter table "platform_event" add constraint "platform_event_facility_id_foreign" foreign key ("facility_id") references "facility" ("id");`,
    );
    this.addSql(functionSql('appointment', APPOINTMENT_FIELDS, 'new.id, new.contact_id, new.revision', `tg_argv[0]`));
    this.addSql(
      functionSql(
        'contact',
        CONTACT_FIELDS,
        'null, new.id, null',
        `case when new.merged_into_id is not null and old.merged_into_id is null then 'contact.merged' else tg_argv[0] end`,
      ),
    );
    for (const table of ['appointment', 'contact']) {
      this.addSql(
        `create trigger "${table}_created" after insert on "${table}" for each row execute function "${table}_to_feed"('${table}.created');`,
      );
      this.addSql(
        `create trigger "${table}_changed" after update on "${table}" for each row when (old.* is distinct from new.*) execute function "${table}_to_feed"('${table}.changed');`,
      );
    }
  }

  override down(): void | Promise<void> {
    for (const table of ['appointment', 'contact']) this.addSql(`drop function "${table}_to_feed" cascade;`);
    this.addSql(`drop table "platform_event";`);
  }
}

/** An update that touches nothing the API shows of an appointment makes no entry; of a contact it is the hospital's ids or the channels. */
function functionSql(table: string, fields: Record<string, string>, ids: string, type: string): string {
  const changed = Object.entries(fields).map(
    ([field, column]) => `case when old."${column}" is distinct from new."${column}" then '${field}' end`,
  );
  const ifNone = table === 'appointment' ? 'return null;' : `changed := array['identities'];`;
  return `create function "${table}_to_feed"() returns trigger language plpgsql as $body$
    declare
      changed text[] := '{}';
    begin
      if tg_op = 'UPDATE' then
        changed := array_remove(array[${changed.join(', ')}], null);
        if cardinality(changed) = 0 then ${ifNone} end if;
      end if;
      perform pg_advisory_xact_lock_shared(1, 1);
      insert into platform_event (facility_id, type, appointment_id, contact_id, revision, changed, at)
      values (new.facility_id, ${type}, ${ids}, changed, new.updated_at);
      return null;
    end
  $body$;`;
}
