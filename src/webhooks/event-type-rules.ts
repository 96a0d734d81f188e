import type { HospitalEventType } from '../appointments/hospital-event.js';

/** By their names in lower case without `_`, `-`, `.` and spaces. */
const EVENT_TYPES = new Map<string, HospitalEventType>([
  ['appointmentcreated', 'appointmentCreated'],
  ['scheduled', 'appointmentCreated'],
  ['appointmentrescheduled', 'appointmentRescheduled'],
  ['rescheduled', 'appointmentRescheduled'],
  ['appointmentcanceled', 'appointmentCanceled'],
  ['appointmentcancelled', 'appointmentCanceled'],
  ['canceled', 'appointmentCanceled'],
  ['cancelled', 'appointmentCanceled'],
  ['queued', 'Queued'],
  ['patientcreated', 'patientCreated'],
]);

/** null for a name that is none of the contract's. */
export function typeNamed(name: string): HospitalEventType | null {
  return EVENT_TYPES.get(name.toLowerCase().replace(/[\s_.-]/g, '')) ?? null;
}
