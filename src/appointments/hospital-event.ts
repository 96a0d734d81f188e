/** What a hospital tells of an appointment or patient, in the hub's words, whichever way it came. Plain values. */

import type { ReportedPatient } from '../contacts/reported-patient.js';

export const HOSPITAL_EVENT_TYPES = [
  'appointmentCreated',
  'appointmentRescheduled',
  'appointmentCanceled',
  'Queued',
  'patientCreated',
] as const;
/** The mission's names. */
export type HospitalEventType = (typeof HOSPITAL_EVENT_TYPES)[number];
export type AppointmentEventType = Exclude<HospitalEventType, 'patientCreated'>;

/** When an event happened, and how sure that is. */
export interface EventTime {
  /** Never after `receivedAt`. */
  at: Date;
  /** The event named none: the time of its first receipt stands in. */
  isApproximate: boolean;
}

interface EventBase {
  /** The hub's id of the event: what timelines refer to. */
  id: string;
  /** The same for every delivery of the event; decides ties. */
  identity: string;
  time: EventTime;
  receivedAt: Date;
  patient: ReportedPatient;
}

/** Something happened to an appointment. */
export interface AppointmentHospitalEvent extends EventBase {
  type: AppointmentEventType;
  /** The hospital's appointment id. */
  externalId: string;
  /** The hub's own id for it, where the hospital sends it back. */
  externalReference: string | null;
  /** null: the event names none. */
  start: Date | null;
  calendarExternalId: string | null;
  appointmentTypeExternalId: string | null;
  queueNumber: string | null;
  reason: string | null;
}

/** A patient got a permanent id. */
export interface PatientHospitalEvent extends EventBase {
  type: 'patientCreated';
}

export type HospitalEvent = AppointmentHospitalEvent | PatientHospitalEvent;
