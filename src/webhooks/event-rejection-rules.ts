/** What each reason says to the vendor: what is wrong, and what would be right. */
const MESSAGES = {
  'unknown-event':
    'The event has a name that is not known: appointmentCreated (scheduled), appointmentRescheduled (rescheduled), appointmentCanceled (canceled, cancelled), Queued (queued) and patientCreated are, without regard to case, "_", "-" and ".".',
  'event-name-missing':
    'The event has no name: give one under event, event_type, event_name, type or action, such as "action": "scheduled". Only a body with patientId and temporaryPatientId and without appointment_id needs none.',
  'appointment-id-missing': 'The event is about an appointment and does not say which: give appointment_id, your own id of it.',
  'appointment-id-invalid':
    'appointment_id is no id: give a text of 1 to 200 characters without control characters, or a whole number up to 9007199254740991 (longer ones as text).',
  'datetime-invalid':
    'datetime is no date and time: give ISO 8601 from the year 1900 to 2199, with the offset, such as 2026-03-09T09:30:00+08:00 (without one it is local to the calendar), or leave it out.',
  'occurred-at-invalid':
    'occurred_at (or timestamp) is no date and time: give ISO 8601 with the offset, such as 2026-03-09T09:30:00+08:00, or seconds or milliseconds since 1970 as a number, or leave it out.',
  'patient-ids-missing':
    'patientCreated says too little: give patientId, the permanent id, and temporaryPatientId, the one that it replaces; where there is none, national_id, or phone with date_of_birth or name.',
  'patient-id-invalid':
    'patientId or temporaryPatientId is no id: give a text of 1 to 200 characters without control characters, or a whole number up to 9007199254740991 (longer ones as text).',
};

/** Why an event cannot be applied, by the sender's fault: the same body sent again would fare no better. */
export type RejectionReason = keyof typeof MESSAGES;

export function rejectionMessage(reason: RejectionReason): string {
  return MESSAGES[reason];
}
