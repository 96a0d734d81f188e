export const EXAMPLE_EVENTS = ['appointmentCreated', 'appointmentRescheduled', 'appointmentCanceled', 'Queued', 'patientCreated'] as const;
export type ExampleEvent = (typeof EXAMPLE_EVENTS)[number];

export interface ExampleFields {
  appointmentId: string;
  calendarId: string;
  appointmentTypeId: string;
  occurredAt: Date;
  /** ISO 8601, with offset or without. */
  datetime: string;
}

/** An event as the contract asks for it, of an invented patient. */
export function exampleEvent(event: ExampleEvent, fields: ExampleFields): Record<string, unknown> {
  const { appointmentId, calendarId, appointmentTypeId, occurredAt, datetime } = fields;
  const ids = { patient_id: `P-${appointmentId}`, temporary_patient_id: `T-${appointmentId}` };
  const common = { event, event_id: `evt-${event}-${appointmentId}`, occurred_at: occurredAt.toISOString() };
  if (event === 'patientCreated') return { ...common, ...ids, name: 'Testa Inventada', date_of_birth: '1990-01-01' };
  const about = {
    ...common,
    appointment_id: appointmentId,
    calendar_id: calendarId,
    appointment_type_id: appointmentTypeId,
    ...{
      datetime,
      name: 'Testa Inventada',
      date_of_birth: '1990-01-01',
      phone: '+639170000001',
      temporary_patient_id: ids.temporary_patient_id,
    },
  };
  switch (event) {
    case 'appointmentCanceled':
      return { ...about, reason: 'Invented for a test' };
    case 'Queued':
      return { ...about, queue_number: '17' };
    case 'appointmentCreated':
    case 'appointmentRescheduled':
      return about;
  }
}
