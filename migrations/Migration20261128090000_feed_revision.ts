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

/**
 * A revision is told also where nothing else differs: events that are applied together may move an appointment and move it back, and the
 * platform would wait for the last of its revisions for ever.
 */
export class Migration20261128090000_feed_revision extends Migration {
  override name = 'Migration20261128090000_feed_revision';

  override up(): void | Promise<void> {
    this.addSql(functionSql(`if old.revision = new.revision then return null; end if; changed := array['revision'];`));
  }

  override down(): void | Promise<void> {
    this.addSql(functionSql('return null;'));
  }
}

function functionSql(ifNone: string): string {
  const changed = Object.entries(APPOINTMENT_FIELDS).map(
    ([field, column]) => `case when old."${column}" is distinct from new."${column}" then '${field}' end`,
  );
  return `create or replace function "appointment_to_feed"() returns trigger language plpgsql as $body$
    declare
      changed text[] := '{}';
    begin
      if tg_op = 'UPDATE' then
        changed := array_remove(array[${changed.join(', ')}], null);
        if cardinality(changed) = 0 then ${ifNone} end if;
      end if;
      perform pg_advisory_xact_lock_shared(1, 1);
      insert into platform_event (facility_id, type, appointment_id, contact_id, revision, changed, at)
      values (new.facility_id, tg_argv[0], new.id, new.contact_id, new.revision, changed, new.updated_at);
      return null;
    end
  $body$;`;
}
