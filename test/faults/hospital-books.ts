/** What a hospital's system can do besides what every one must. */
export interface HospitalTraits {
  /** `GET appointments`, by reference. */
  hasList: boolean;
  /** The same `Idempotency-Key` books once. */
  isIdempotent: boolean;
  /** It tells of each booking by a signed webhook. */
  hasEchoes: boolean;
  seats: number;
}

export interface HospitalBooking {
  id: string;
  reference: string;
  /** As it was asked for. */
  start: string;
  patientId: string | null;
  temporaryPatientId: string;
  status: 'scheduled' | 'canceled';
}

export interface BookingFields {
  datetime: string;
  external_reference: string;
  patient: { patient_id?: string };
}

/** A refusal as the contract spells it. */
export interface Refusal {
  refusal: { code: string };
}

export const CALENDARS = [
  { id: 'c1', name: 'Dr. Invented', timezone: 'Asia/Manila', appointmentTypes: [{ id: 't1', name: 'Visit', durationMinutes: 15 }] },
];

/** The truth: what the hospital has booked, whatever it has answered. It never gives a seat twice. */
export class HospitalBooks {
  readonly bookings: HospitalBooking[] = [];
  readonly traits: HospitalTraits;
  private readonly starts: readonly string[];
  private readonly onBooked: (booking: HospitalBooking) => void;

  constructor(traits: HospitalTraits, starts: readonly string[], onBooked: (booking: HospitalBooking) => void) {
    this.traits = traits;
    this.starts = starts;
    this.onBooked = onBooked;
  }

  book({ datetime, external_reference: reference, patient }: BookingFields): HospitalBooking | Refusal {
    const known = this.traits.isIdempotent ? this.bookings.find(booking => booking.reference === reference) : undefined;
    if (known) return known;
    if (this.left(datetime) <= 0) return { refusal: { code: 'not_available' } };
    const n = this.bookings.length + 1;
    const patientId = patient.patient_id ?? null;
    const booking: HospitalBooking = {
      id: `h-${n}`,
      reference,
      start: datetime,
      patientId,
      temporaryPatientId: `tmp-${n}`,
      status: 'scheduled',
    };
    this.bookings.push(booking);
    this.onBooked(booking);
    return booking;
  }

  reschedule(id: string, start: string): HospitalBooking | Refusal {
    const booking = this.bookings.find(known => known.id === id);
    if (!booking) return { refusal: { code: 'appointment_not_found' } };
    booking.start = start;
    return booking;
  }

  cancel(id: string): HospitalBooking | Refusal {
    const booking = this.bookings.find(known => known.id === id);
    if (!booking || booking.status === 'canceled') return { refusal: { code: booking ? 'already_canceled' : 'appointment_not_found' } };
    booking.status = 'canceled';
    return booking;
  }

  list(reference: string | null): HospitalBooking[] {
    return this.bookings.filter(booking => reference === null || booking.reference === reference);
  }

  /** As the contract lists them: what is full is not offered. */
  availability(): { start: string; available: number }[] {
    return this.starts.map(start => ({ start, available: this.left(start) })).filter(slot => slot.available > 0);
  }

  private left(start: string): number {
    const at = Date.parse(start);
    return (
      this.traits.seats - this.bookings.filter(({ status, start: taken }) => status === 'scheduled' && Date.parse(taken) === at).length
    );
  }
}

/** As every answer shows it. */
export function viewOf(booking: HospitalBooking): Record<string, unknown> {
  const { id, reference, start, patientId, temporaryPatientId, status } = booking;
  return {
    appointmentId: id,
    calendarId: 'c1',
    appointmentTypeId: 't1',
    datetime: start,
    external_reference: reference,
    ...(patientId === null ? {} : { patientId }),
    temporaryPatientId,
    status,
  };
}
