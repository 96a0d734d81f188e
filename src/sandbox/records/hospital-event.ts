import type { Appointment } from './appointment.js';
import type { Patient } from './patient.js';

/** Who made the change: the hub through its API, or the hospital's own staff. */
export type Actor = 'hub' | 'staff';

/** The names are those of the mission's webhook events. */
export type AppointmentEventType = 'appointmentCreated' | 'appointmentRescheduled' | 'appointmentCanceled' | 'Queued';

interface HospitalChange {
  by: Actor;
  occurredAtMs: number;
  /** As after the change. */
  patient: Patient;
}

/**
 * Something that has changed in this hospital, whole: it carries the records as they are afterwards, so that applying it needs no rule.
 * `HospitalRecords.record` is the only place that takes one.
 */
export type HospitalEvent =
  | (HospitalChange & { type: AppointmentEventType; appointment: Appointment })
  | (HospitalChange & { type: 'patientCreated'; appointment: null });
