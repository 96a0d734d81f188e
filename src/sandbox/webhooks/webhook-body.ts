import { utcText, zonedText } from '../clinic/local-time.js';
import { spellAnswer, type Dialect } from '../http/dialect.js';
import type { AppointmentEventType, HospitalEvent } from '../records/hospital-event.js';

/** The mission's words for what happened to an appointment. */
const ACTIONS: Record<AppointmentEventType, string> = {
  appointmentCreated: 'scheduled',
  appointmentRescheduled: 'rescheduled',
  appointmentCanceled: 'cancelled',
  Queued: 'queued',
};

/**
 * An event as it is sent: `snake` flat with the mission's `action` (`event` for a patient), `camel` as `{event, data}`. What is unknown is
 * null. `timezone` is that of the appointment's calendar.
 */
export function webhookBody(event: HospitalEvent, eventId: string, dialect: Dialect, timezone: string): string {
  const fields = { eventId, occurredAt: utcText(event.occurredAtMs), ...fieldsOf(event, timezone) };
  switch (dialect) {
    case 'snake':
    case 'numeric':
    case 'local': {
      const name = event.type === 'patientCreated' ? { event: event.type } : { action: ACTIONS[event.type] };
      return JSON.stringify(spellAnswer({ ...name, ...fields }, dialect));
    }
    case 'acuity':
      return JSON.stringify({ event: event.type, ...fields });
    case 'camel':
      return JSON.stringify({ event: event.type, data: fields });
  }
}

function fieldsOf({ appointment, patient }: HospitalEvent, timezone: string): Record<string, string | null> {
  const ids = { patientId: patient.patientId, temporaryPatientId: patient.temporaryPatientId };
  if (appointment === null) return ids;
  return {
    appointmentId: appointment.id,
    ...ids,
    name: patient.name,
    dateOfBirth: patient.dateOfBirth,
    phone: patient.phone,
    email: patient.email,
    datetime: zonedText(appointment.startMs, timezone),
    calendarId: appointment.calendarId,
    appointmentTypeId: appointment.appointmentTypeId,
    externalReference: appointment.externalReference,
    queueNumber: appointment.queueNumber,
    reason: appointment.cancelReason,
  };
}
