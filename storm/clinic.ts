import type http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { answerJson, startFakeHospital, type HospitalRequest } from '../test/support/fake-hospital.js';
import { Random } from './random.js';
import { CLINIC_CALENDARS, CLINIC_TYPE, inManila, startsOf, type Slot } from './slots.js';

/** An appointment in the clinic's books. */
export interface ClinicBooking {
  id: string;
  reference: string;
  phone: string;
  status: 'scheduled' | 'canceled';
  slot: Slot;
  /** Where it has been, oldest first, the present one too. */
  slots: Slot[];
}

export interface ClinicEvent {
  event: 'appointmentCreated' | 'appointmentRescheduled' | 'appointmentCanceled';
  booking: ClinicBooking;
  at: Date;
}

/** A scheduling system that keeps books, does what it is asked, and counts how often it was. */
export interface Clinic {
  baseUrl: string;
  host: string;
  bookings: ClinicBooking[];
  /** Calls to book, by the patient's phone. */
  calls: Map<string, number>;
  /** Bookings that were written although another held their slot at that moment. */
  doubled: ClinicBooking[];
  close(): Promise<void>;
}

type Fields = Record<string, unknown> & { patient?: Record<string, string>; datetime?: string; calendar_id?: string };

const LONGEST_WAY_MS = 60;
const SHORTEST_WORK_MS = 40;
const LONGEST_WORK_MS = 160;
/** Where several want the same, so that all of them are there before the first has it. */
const CONTESTED_WORK_MS = 1_200;

/**
 * It looks whether a slot is free, and writes some time later: of two calls for one slot within that time it books both, as many
 * systems do. That the hub never makes two such calls is what is tested. `contested`: phones of those who want what others want. `tell`:
 * its webhook, to be sent for those who want it.
 */
export async function startClinic(seed: number, contested: ReadonlySet<string>, tell: (event: ClinicEvent) => void): Promise<Clinic> {
  const hospital = await startFakeHospital();
  const random = new Random(seed ^ 0xc11c);
  const books = new Books(tell);
  const on = (endpoint: string, handle: (request: HospitalRequest) => Promise<object> | object): void => {
    hospital.on(endpoint, (request: HospitalRequest, response: http.ServerResponse) => {
      void serve(random, () => handle(request), response);
    });
  };
  on('GET /calendars', () => CLINIC_CALENDARS.map(calendar));
  on('GET /availability', ({ query }) => books.offer(query.get('calendar_id') ?? '', query.get('month') ?? ''));
  on('GET /appointments', ({ query }) => books.list(query));
  on('POST /appointments', ({ body }) =>
    books.book(JSON.parse(body) as Fields, phone => (contested.has(phone) ? CONTESTED_WORK_MS : workOf(random))),
  );
  on('PUT /appointments/:id/reschedule', ({ body }) => books.reschedule(JSON.parse(body) as Fields));
  on('PUT /appointments/:id/cancel', ({ body }) => books.cancel(JSON.parse(body) as Fields));
  const { baseUrl, host } = hospital;
  return { baseUrl, host, bookings: books.bookings, calls: books.calls, doubled: books.doubled, close: () => hospital.close() };
}

async function serve(random: Random, handle: () => Promise<object> | object, response: http.ServerResponse): Promise<void> {
  await delay(random.below(LONGEST_WAY_MS));
  const said = await handle();
  await delay(random.below(LONGEST_WAY_MS));
  answerJson(response, 'code' in said ? 409 : 200, said);
}

function workOf(random: Random): number {
  return SHORTEST_WORK_MS + random.below(LONGEST_WORK_MS - SHORTEST_WORK_MS);
}

function calendar(id: string): object {
  const appointmentTypes = [{ id: CLINIC_TYPE, name: 'Invented visit', durationMinutes: 15 }];
  return { id, name: `Invented ${id}`, timezone: 'Asia/Manila', appointmentTypes };
}

class Books {
  readonly bookings: ClinicBooking[] = [];
  readonly calls = new Map<string, number>();
  readonly doubled: ClinicBooking[] = [];
  private readonly tell: (event: ClinicEvent) => void;

  constructor(tell: (event: ClinicEvent) => void) {
    this.tell = tell;
  }

  offer(calendarId: string, month: string): object {
    return startsOf(month)
      .filter(startMs => this.isFree({ calendar: calendarId, startMs }))
      .map(startMs => ({ start: inManila(startMs), available: 1 }));
  }

  list(query: URLSearchParams): object {
    const [reference, patientId] = [query.get('external_reference'), query.get('patient_id')];
    return this.bookings
      .filter(
        booking => (reference === null || booking.reference === reference) && (patientId === null || patientOf(booking) === patientId),
      )
      .map(viewOf);
  }

  async book(fields: Fields, workOf: (phone: string) => number): Promise<object> {
    const phone = fields.patient?.['phone'] ?? '';
    this.calls.set(phone, (this.calls.get(phone) ?? 0) + 1);
    const slot = slotOfFields(fields);
    if (!this.isFree(slot)) return { code: 'not_available' };
    await delay(workOf(phone));
    const reference = textOf(fields['external_reference']);
    const booking: ClinicBooking = { id: `C-${this.bookings.length + 1}`, reference, phone, status: 'scheduled', slot, slots: [slot] };
    if (!this.isFree(slot)) this.doubled.push(booking);
    this.bookings.push(booking);
    this.tell({ event: 'appointmentCreated', booking, at: new Date() });
    return viewOf(booking);
  }

  reschedule(fields: Fields): object {
    const booking = this.find(fields);
    if (!booking) return { code: 'not_found' };
    if (booking.status === 'canceled') return { code: 'reschedule_canceled' };
    const to = slotOfFields(fields);
    if (isSame(booking.slot, to)) return viewOf(booking);
    if (!this.isFree(to)) return { code: 'not_available' };
    booking.slot = to;
    booking.slots.push(to);
    this.tell({ event: 'appointmentRescheduled', booking, at: new Date() });
    return viewOf(booking);
  }

  cancel(fields: Fields): object {
    const booking = this.find(fields);
    if (!booking) return { code: 'not_found' };
    if (booking.status === 'canceled') return { code: 'already_canceled' };
    booking.status = 'canceled';
    this.tell({ event: 'appointmentCanceled', booking, at: new Date() });
    return viewOf(booking);
  }

  private find({ appointment_id: id }: Fields): ClinicBooking | undefined {
    return this.bookings.find(booking => booking.id === id);
  }

  private isFree(slot: Slot): boolean {
    return !this.bookings.some(booking => booking.status === 'scheduled' && isSame(booking.slot, slot));
  }
}

export function isSame(a: Slot, b: Slot): boolean {
  return a.calendar === b.calendar && a.startMs === b.startMs;
}

function slotOfFields({ calendar_id: calendarId, datetime }: Fields): Slot {
  return { calendar: calendarId ?? '', startMs: Date.parse(datetime ?? '') };
}

function patientOf({ phone }: ClinicBooking): string {
  return `CP-${phone.slice(1)}`;
}

/** As the clinic's answers and list show it. */
function viewOf(booking: ClinicBooking): object {
  const { id, reference, status, slot } = booking;
  return {
    appointmentId: id,
    patientId: patientOf(booking),
    external_reference: reference,
    calendarId: slot.calendar,
    appointmentTypeId: CLINIC_TYPE,
    datetime: inManila(slot.startMs),
    status,
  };
}

/** The body of its webhook. */
export function webhookOf({ event, booking, at }: ClinicEvent): string {
  const { id, reference, slot } = booking;
  return JSON.stringify({
    event,
    data: {
      appointmentId: id,
      externalReference: reference,
      patientId: patientOf(booking),
      calendarId: slot.calendar,
      datetime: inManila(slot.startMs),
      occurredAt: at.toISOString(),
    },
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
