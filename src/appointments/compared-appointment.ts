import type { AppointmentStatus } from './appointment-state.js';
import type { Stamps } from './stamp-rules.js';

/** An appointment as far as it can be compared with what the hospital lists: nothing of the patient but ids. */
export interface ComparedAppointment {
  id: string;
  externalId: string | null;
  status: AppointmentStatus;
  startAt: Date | null;
  calendarId: string | null;
  patientId: string | null;
  temporaryPatientId: string | null;
  /** When it was last changed here, by the hub's clock. */
  updatedAt: Date;
  /** Of the row: any change raises it. */
  version: number;
  /** A booking or a change whose outcome is not known yet. */
  isUnsettled: boolean;
  stamps: Stamps;
  /** When our last call that the hospital said yes to was sent. */
  rescheduledAt: Date | null;
  canceledAt: Date | null;
}
