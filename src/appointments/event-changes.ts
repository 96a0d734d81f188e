import { isoInZone } from '../common/zoned-time.js';
import type { Appointment } from './appointment.entity.js';
import type { FieldChange } from './event-effect.js';

/** What is different, in the order of the API's fields; times in `timezone`. `before` null: nobody knew the appointment. */
export function fieldChanges(before: Appointment | null, after: Appointment, timezone: string): FieldChange[] {
  const time = (value: Date | null | undefined): string | null => (value ? isoInZone(value, timezone) : null);
  const pairs: [field: string, before: string | null | undefined, after: string | null][] = [
    ['contactId', before?.contactId, after.contactId],
    ['calendarId', before?.calendarId, after.calendarId],
    ['appointmentTypeId', before?.appointmentTypeId, after.appointmentTypeId],
    ['start', time(before?.startAt), time(after.startAt)],
    ['end', time(before?.endAt), time(after.endAt)],
    ['status', before?.status, after.status],
    ['appointmentId', before?.externalId, after.externalId],
    ['patientId', before?.patientId, after.patientId],
    ['temporaryPatientId', before?.temporaryPatientId, after.temporaryPatientId],
    ['queueNumber', before?.queueNumber, after.queueNumber],
    ['needsReview', before ? String(before.needsReview) : null, before || after.needsReview ? String(after.needsReview) : null],
    ['pendingChange', before?.pendingChange?.kind, after.pendingChange?.kind ?? null],
  ];
  const changes = pairs.flatMap(([field, was, is]) => ((was ?? null) === is ? [] : [{ field, before: was ?? null, after: is }]));
  const hasOtherReason = (before?.reasonSealed ?? null) !== after.reasonSealed;
  return hasOtherReason ? [...changes, { field: 'reason', before: null, after: null }] : changes;
}
