import type http from 'node:http';
import { answerJson, startFakeHospital, type FakeHospital, type HospitalRequest } from './fake-hospital.js';

/** How a write goes wrong for whoever sent it; whether the hospital has done it is another matter. */
export type Trouble = 'timeout' | 'server-error' | 'reset' | 'cut' | 'another-id';
/** In an order in which no five in a row make the hub leave the hospital alone, each sent twice. */
export const TROUBLES: readonly Trouble[] = ['timeout', 'server-error', 'another-id', 'reset', 'cut'];

export interface ModelBooking {
  id: string;
  reference: string;
  start: string;
  status: 'scheduled' | 'canceled';
}

export interface ModelOptions {
  /** `honest`: by reference and patient. `deaf`: it answers every question with an empty list. */
  list: 'honest' | 'deaf' | 'none';
  isIdempotent: boolean;
  seats: number;
}

/** A hospital that keeps books: what it has done can be held against what the hub makes of it. */
export interface ModelHospital extends Omit<FakeHospital, 'on'> {
  bookings: ModelBooking[];
  /** The next writes go wrong, one each; `isDone`: it does them first. */
  next(...troubles: { trouble: Trouble; isDone: boolean }[]): void;
  /** While true it drops every connection, whatever it is asked. */
  isAway: boolean;
  bookingsOf(reference: string): ModelBooking[];
}

export const MODEL_DAY = '2026-10-05';
export const MODEL_TIMES = Array.from(
  { length: 60 },
  (_, i) => `${String(8 + Math.floor(i / 4)).padStart(2, '0')}:${String((i % 4) * 15).padStart(2, '0')}`,
);
export const modelStart = (index: number): string => `${MODEL_DAY}T${MODEL_TIMES[index] ?? ''}:00+08:00`;

type Fields = Record<string, string>;

export async function startModelHospital({ list, isIdempotent, seats }: ModelOptions): Promise<ModelHospital> {
  const hospital = await startFakeHospital();
  const troubles: { trouble: Trouble; isDone: boolean }[] = [];
  const model: ModelHospital = {
    ...hospital,
    bookings: [],
    isAway: false,
    next: (...more) => void troubles.push(...more),
    bookingsOf: reference => model.bookings.filter(booking => booking.reference === reference),
  };
  const answer = (endpoint: string, handle: (request: HospitalRequest, response: http.ServerResponse) => void): void => {
    hospital.on(endpoint, (request: HospitalRequest, response: http.ServerResponse) => {
      if (model.isAway) response.destroy();
      else handle(request, response);
    });
  };
  /** Does it, or not, and answers as the next trouble has it. */
  const write = (response: http.ServerResponse, done: () => ModelBooking | { refusal: object }): void => {
    const next = troubles.shift();
    const made = next && !next.isDone ? null : done();
    if (made && 'refusal' in made) answerJson(response, 409, made.refusal);
    else if (!next) answerJson(response, 200, viewOf(made));
    else goWrong(next.trouble, response, model.bookings[0]?.id ?? 'none');
  };
  const left = (start: string): number => seats - model.bookings.filter(b => b.status === 'scheduled' && isSame(b.start, start)).length;

  answer('GET /calendars', (_request, response) => {
    answerJson(response, 200, [
      { id: 'c1', name: 'Dr. Test', timezone: 'Asia/Manila', appointmentTypes: [{ id: 't1', name: 'Visit', durationMinutes: 15 }] },
    ]);
  });
  answer('GET /availability', (_request, response) => {
    const free = MODEL_TIMES.map((time, i) => ({ start: modelStart(i), time, available: left(modelStart(i)) }));
    answerJson(
      response,
      200,
      free.filter(slot => slot.available > 0).map(({ start, available }) => ({ start, available })),
    );
  });
  if (list !== 'none')
    answer('GET /appointments', ({ query }, response) => {
      const reference = query.get('external_reference');
      const found =
        list === 'deaf' ? [] : model.bookings.filter(b => (reference === null ? b.reference !== '' : b.reference === reference));
      answerJson(response, 200, found.map(viewOf));
    });
  answer('POST /appointments', (request, response) => {
    const { external_reference: reference = '', datetime: start = '' } = JSON.parse(request.body) as Fields;
    const known = isIdempotent ? model.bookingsOf(reference)[0] : undefined;
    write(response, () => {
      if (known) return known;
      if (left(start) <= 0) return { refusal: { code: 'not_available' } };
      const booking: ModelBooking = { id: `h-${model.bookings.length + 1}`, reference, start, status: 'scheduled' };
      model.bookings.push(booking);
      return booking;
    });
  });
  answer('PUT /appointments/:id/reschedule', (request, response) => {
    const { appointment_id: id, datetime = '' } = JSON.parse(request.body) as Fields;
    write(response, () => change(model, id, booking => (booking.start = datetime)));
  });
  answer('PUT /appointments/:id/cancel', (request, response) => {
    const { appointment_id: id } = JSON.parse(request.body) as Fields;
    write(response, () => {
      if (model.bookings.find(booking => booking.id === id)?.status === 'canceled') return { refusal: { code: 'already_canceled' } };
      return change(model, id, booking => (booking.status = 'canceled'));
    });
  });
  return model;
}

function change(model: ModelHospital, id: string | undefined, how: (booking: ModelBooking) => void): ModelBooking | { refusal: object } {
  const booking = model.bookings.find(known => known.id === id);
  if (!booking) return { refusal: { code: 'not_found' } };
  how(booking);
  return booking;
}

function viewOf(booking: ModelBooking | null): object {
  if (booking === null) return {};
  const { id, reference, start, status } = booking;
  return { appointmentId: id, calendarId: 'c1', appointmentTypeId: 't1', datetime: start, external_reference: reference, status };
}

function goWrong(trouble: Trouble, response: http.ServerResponse, anothersId: string): void {
  switch (trouble) {
    case 'timeout':
      return;
    case 'server-error':
      answerJson(response, 500, { message: 'oops' });
      return;
    case 'reset':
      response.destroy();
      return;
    case 'cut':
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"appointmentId": "h-');
      return;
    case 'another-id':
      answerJson(response, 200, { appointmentId: anothersId });
  }
}

function isSame(a: string, b: string): boolean {
  return Date.parse(a) === Date.parse(b);
}
