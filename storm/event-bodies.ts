import type { StormEvent } from './model.js';
import type { Random } from './random.js';

const ACTIONS = {
  appointmentCreated: ['scheduled'],
  appointmentRescheduled: ['rescheduled'],
  appointmentCanceled: ['cancelled', 'canceled'],
  Queued: ['queued'],
  patientCreated: [],
};

/** The bytes a hospital would send, in one of the contract's spellings. */
export function bodyOf(event: StormEvent, random: Random): string {
  return JSON.stringify(random.chance(0.5) ? missionSpelling(event, random) : camelSpelling(event, random));
}

/** snake_case with an action; a patient's event has no name at all, its two ids say what it is. */
function missionSpelling(event: StormEvent, random: Random): object {
  const { kind, patient, told } = event;
  return {
    ...(kind === 'patientCreated' ? {} : { action: random.pick(ACTIONS[kind]) }),
    appointment_id: event.appointmentId ?? undefined,
    patient_id: told.patientId ? patient.patientId : '',
    temporary_patient_id: told.temporaryId ? patient.temporaryId : null,
    ...(told.details ? { name: patient.name, DoB: patient.dateOfBirth, phone: patient.phone, email: patient.email } : {}),
    datetime: event.startMs === null ? undefined : inManila(event.startMs).replace('.000', ''),
    calendar_id: event.calendar ?? undefined,
    queue_number: event.queueNumber === null ? undefined : Number(event.queueNumber),
    reason: event.reason ?? undefined,
    // Without an offset it is in the facility's zone.
    occurred_at: random.chance(0.5) ? inManila(event.occurredAtMs) : inManila(event.occurredAtMs).replace('+08:00', ''),
  };
}

/** camelCase under `data`; ids that are numbers go as numbers. */
function camelSpelling(event: StormEvent, random: Random): object {
  const { patient, told, appointmentId } = event;
  const { name, dateOfBirth, phone, email } = patient;
  return {
    event: event.kind,
    data: {
      appointmentId: appointmentId !== null && /^\d+$/.test(appointmentId) ? Number(appointmentId) : appointmentId,
      ...(told.patientId ? { patientId: patient.patientId } : {}),
      ...(told.temporaryId ? { temporaryPatientId: patient.temporaryId } : {}),
      ...(told.details ? { name, dateOfBirth, phone: phone.replace('+63', '0'), email } : {}),
      datetime: event.startMs === null ? null : new Date(event.startMs).toISOString(),
      calendarId: event.calendar,
      queueNumber: event.queueNumber,
      reason: event.reason,
      occurredAt: random.chance(0.5) ? new Date(event.occurredAtMs).toISOString() : inManila(event.occurredAtMs),
    },
  };
}

/** The facility's zone; it has no daylight saving. */
function inManila(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().replace('Z', '+08:00');
}
