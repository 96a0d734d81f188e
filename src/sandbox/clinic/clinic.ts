import type { BookingPolicy } from './booking-policy.js';
import type { OpeningHours } from './opening-hours.js';

/** A kind of visit and how long it takes. */
export interface ClinicAppointmentType {
  id: string;
  name: string;
  durationMinutes: number;
}

/** A doctor or a room that can be booked. */
export interface ClinicCalendar {
  id: string;
  name: string;
  description: string | null;
  /** IANA; null: the clinic's own. */
  timezone: string | null;
  /** Empty: this calendar keeps no types, and every visit takes `untypedDurationMinutes`. */
  appointmentTypeIds: readonly string[];
  untypedDurationMinutes: number;
  hours: OpeningHours;
  /** A visit may start this often, in minutes from each opening. */
  stepMinutes: number;
  /** Patients seen at the same time. */
  seats: number;
  policy: BookingPolicy;
}

/** One hospital site, as its scheduling system is set up. Plain data: a test may bring its own. */
export interface Clinic {
  name: string;
  /** IANA */
  timezone: string;
  appointmentTypes: readonly ClinicAppointmentType[];
  calendars: readonly ClinicCalendar[];
}
