import type http from 'node:http';
import { answerJson, startFakeHospital, type FakeHospital, type HospitalRequest } from './fake-hospital.js';

export interface BookedVisit {
  id: string;
  /** The hub's id of the appointment. */
  reference: string;
  start: string;
  /** Of the patient, which tells who it is. */
  phone: string | null;
}

/** A hospital of one calendar that writes down what is booked, each time that it is asked to. */
export interface BookingHospital extends FakeHospital {
  /** In order. A start may be booked as often as it is asked for: who books twice is found out. */
  visits: BookedVisit[];
  /** The starts that it offers next month, a quarter of an hour each, in Manila. */
  starts: string[];
  /** How long it takes to answer a booking. */
  bookingMs: number;
}

const QUARTER_MS = 15 * 60_000;
const MANILA_MS = 8 * 3_600_000;

export interface BookingHospitalOptions {
  slots: number;
  /** A repeat with the same reference books nothing new. */
  isIdempotent?: boolean;
  /** It tells what is booked, by reference. */
  hasList?: boolean;
}

/** Offers as many single seats as `slots`, from the first of next month on. */
export async function startBookingHospital({ slots, isIdempotent, hasList }: BookingHospitalOptions): Promise<BookingHospital> {
  const now = new Date();
  const hospital = await startFakeHospital();
  const firstMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) - MANILA_MS;
  const starts = Array.from({ length: slots }, (_, i) => inManila(firstMs + i * QUARTER_MS));
  const visits: BookedVisit[] = [];
  const model: BookingHospital = { ...hospital, visits, starts, bookingMs: 0 };
  hospital.on('GET /calendars', [
    { id: 'c1', name: 'Dr. Test', timezone: 'Asia/Manila', appointmentTypes: [{ id: 't1', name: 'Visit', durationMinutes: 15 }] },
  ]);
  hospital.on('GET /availability', ({ query }: HospitalRequest, response: http.ServerResponse) => {
    const taken = new Set(visits.map(visit => visit.start));
    const free = starts.filter(start => start.startsWith(query.get('month') ?? '') && !taken.has(start));
    answerJson(
      response,
      200,
      free.map(start => ({ start, available: 1 })),
    );
  });
  hospital.on('POST /appointments', (request: HospitalRequest, response: http.ServerResponse) => {
    const { external_reference: reference, datetime, patient } = JSON.parse(request.body) as PostedBooking;
    const known = isIdempotent === true ? visits.find(visit => visit.reference === reference) : undefined;
    const visit = known ?? { id: `H-${visits.length + 1}`, reference, start: inManila(Date.parse(datetime)), phone: patient.phone };
    if (!known) visits.push(visit);
    setTimeout(() => {
      answerJson(response, 201, viewOf(visit));
    }, model.bookingMs);
  });
  if (hasList === true)
    hospital.on('GET /appointments', ({ query }: HospitalRequest, response: http.ServerResponse) => {
      const reference = query.get('external_reference');
      const found = visits.filter(visit => reference === null || visit.reference === reference);
      answerJson(response, 200, found.map(viewOf));
    });
  return model;
}

function viewOf({ id, reference, start }: BookedVisit): object {
  return {
    appointmentId: id,
    calendarId: 'c1',
    appointmentTypeId: 't1',
    datetime: start,
    external_reference: reference,
    status: 'scheduled',
  };
}

interface PostedBooking {
  external_reference: string;
  datetime: string;
  patient: { phone: string | null };
}

function inManila(ms: number): string {
  return `${new Date(ms + MANILA_MS).toISOString().slice(0, 19)}+08:00`;
}
