export const APPOINTMENT_STATUSES = ['PENDING', 'SCHEDULED', 'SHOW', 'CANCELED', 'FAILED'] as const;
/** `PENDING`: sent, outcome unknown. `FAILED`: the hospital said no. `SHOW`: the patient checked in. */
export type AppointmentStatus = (typeof APPOINTMENT_STATUSES)[number];

export const APPOINTMENT_SOURCES = ['platform', 'hospital', 'reconciliation'] as const;
export type AppointmentSource = (typeof APPOINTMENT_SOURCES)[number];

/** A reschedule or cancel whose outcome at the hospital is unknown. Times are ISO 8601 in UTC. */
export interface PendingChange {
  kind: 'reschedule' | 'cancel';
  /** The new start; null on a cancel. */
  start: string | null;
  calendarId: string | null;
  since: string;
  /** The call that is out; of several, the first. */
  attemptId: string;
  /** Why it is to be canceled, sealed as the appointment's own `reason_sealed`: a repeat says it again. */
  reasonSealed?: string;
}
