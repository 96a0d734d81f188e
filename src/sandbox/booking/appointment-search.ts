import type { Appointment } from '../records/appointment.js';
import type { Patient } from '../records/patient.js';

/** Which appointments are meant; null: any. Times are epoch milliseconds. */
export interface AppointmentSearch {
  externalReference: string | null;
  patientId: string | null;
  temporaryPatientId: string | null;
  calendarId: string | null;
  fromMs: number | null;
  toMs: number | null;
}

/** Whether the search is narrow enough to answer: the hub may not list everybody's appointments. */
export function isNarrow(search: AppointmentSearch): boolean {
  const namesOne = search.externalReference !== null || search.patientId !== null || search.temporaryPatientId !== null;
  return namesOne || (search.calendarId !== null && search.fromMs !== null && search.toMs !== null);
}

/** `fromMs` ≤ start < `toMs`. */
export function isFound(search: AppointmentSearch, appointment: Appointment, patient: Patient): boolean {
  return (
    agrees(search.externalReference, appointment.externalReference) &&
    agrees(search.patientId, patient.patientId) &&
    agrees(search.temporaryPatientId, patient.temporaryPatientId) &&
    agrees(search.calendarId, appointment.calendarId) &&
    appointment.startMs >= (search.fromMs ?? -Infinity) &&
    appointment.startMs < (search.toMs ?? Infinity)
  );
}

function agrees(wanted: string | null, actual: string | null): boolean {
  return wanted === null || wanted === actual;
}
