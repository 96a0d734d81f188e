import { utcText, zonedText } from '../clinic/local-time.js';
import type { PatientView } from '../patients/patient.view.js';
import type { Appointment, AppointmentStatus } from '../records/appointment.js';
import type { Patient } from '../records/patient.js';

/** An appointment as it is answered. What is unknown is null. */
export interface AppointmentView {
  appointmentId: string;
  patientId: string | null;
  temporaryPatientId: string | null;
  calendarId: string;
  appointmentTypeId: string | null;
  /** Start and end, ISO 8601 with the offset of the calendar's zone. */
  datetime: string;
  endDatetime: string;
  status: AppointmentStatus;
  externalReference: string | null;
  queueNumber: string | null;
  reason: string | null;
  notes: string | null;
  /** UTC */
  createdAt: string;
  updatedAt: string;
}

export interface ListedAppointmentView extends AppointmentView {
  patient: PatientView;
}

export function appointmentView(appointment: Appointment, patient: Patient, timezone: string): AppointmentView {
  return {
    appointmentId: appointment.id,
    patientId: patient.patientId,
    temporaryPatientId: patient.temporaryPatientId,
    calendarId: appointment.calendarId,
    appointmentTypeId: appointment.appointmentTypeId,
    datetime: zonedText(appointment.startMs, timezone),
    endDatetime: zonedText(appointment.endMs, timezone),
    status: appointment.status,
    externalReference: appointment.externalReference,
    queueNumber: appointment.queueNumber,
    reason: appointment.cancelReason,
    notes: appointment.notes,
    createdAt: utcText(appointment.createdAtMs),
    updatedAt: utcText(appointment.updatedAtMs),
  };
}
