import type { Interval } from '../clinic/interval.js';

export type AppointmentStatus = 'scheduled' | 'checked_in' | 'canceled';

/** Where and when, epoch milliseconds. */
export interface AppointmentPlace extends Interval {
  calendarId: string;
  /** null at a calendar that keeps no types. */
  appointmentTypeId: string | null;
}

export interface Appointment extends AppointmentPlace {
  id: string;
  status: AppointmentStatus;
  patientKey: string;
  /** The hub's own id for it; null where staff booked. */
  externalReference: string | null;
  idempotencyKey: string | null;
  /** SHA-256 of the booking that made it: a repeat must be the same booking. Null where staff booked. */
  bookingFingerprint: string | null;
  notes: string | null;
  cancelReason: string | null;
  queueNumber: string | null;
  createdAtMs: number;
  updatedAtMs: number;
}
