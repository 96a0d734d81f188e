import {
  AppointmentNotFoundError,
  ChangeNotAllowedError,
  CutoffPassedError,
  InvalidAppointmentTypeError,
  SlotNotAvailableError,
  TooShortNoticeError,
} from '../hospital.errors.js';
import { ghost, moved, parts, withSlots, without, type Part } from './answer-parts.js';
import type { Defect, DefectCall } from './defect.js';

/** Of bookings, changes and the list. */
export const BOOKING_DEFECTS = {
  'no-appointment-id': {
    clause: 'BOOK-1',
    what: 'A booking is answered without an id.',
    endpoint: 'createAppointment',
    answer: right => without(right, 'appointmentId'),
  },
  'no-patient-id': {
    clause: 'BOOK-2',
    what: 'A booking is answered without a patient.',
    endpoint: 'createAppointment',
    answer: right => without(right, 'patientId', 'temporaryPatientId'),
  },
  'another-time': {
    clause: 'BOOK-3',
    what: 'A booking is answered with another time (a zone was lost).',
    endpoint: 'createAppointment',
    answer: right => ({ ...(right as Part), datetime: moved((right as Part)['datetime'], 8) }),
  },
  'repeats-book-again': {
    clause: 'BOOK-4',
    what: 'A repeated booking makes another appointment.',
    endpoint: 'createAppointment',
    answer: (right, { request, memory }) => {
      const reference = String(request['externalReference']);
      const isRepeat = memory.references.has(reference);
      memory.references.add(reference);
      return isRepeat ? { ...(right as Part), ...ghost('apt-again') } : right;
    },
  },
  'double-booking': {
    clause: 'BOOK-5',
    what: 'A taken slot is booked again.',
    endpoint: 'createAppointment',
    refusal: (error, { request }) => (error instanceof SlotNotAvailableError ? ghost(request['externalReference']) : undefined),
  },
  'loser-crashes': {
    clause: 'BOOK-5',
    what: 'A taken slot is answered with 500 (a unique constraint was hit).',
    endpoint: 'createAppointment',
    refusal: error => crashOn(error, SlotNotAvailableError),
  },
  'books-the-past': {
    clause: 'BOOK-6',
    what: 'A time that is over is booked.',
    endpoint: 'createAppointment',
    refusal: (error, { request }) => (error instanceof TooShortNoticeError ? ghost(request['externalReference']) : undefined),
  },
  'any-type': {
    clause: 'BOOK-7',
    what: 'An unknown appointment type is booked.',
    endpoint: 'createAppointment',
    refusal: (error, { request }) => (error instanceof InvalidAppointmentTypeError ? ghost(request['externalReference']) : undefined),
  },
  'slow-booking': { clause: 'PERF-2', what: 'A booking takes seconds.', endpoint: 'createAppointment', isSlow: true },

  'move-makes-a-new-id': {
    clause: 'MOVE-1',
    what: 'A reschedule answers another appointment’s id.',
    endpoint: 'rescheduleAppointment',
    answer: right => ({ ...(right as Part), appointmentId: 'apt-moved' }),
  },
  'move-keeps-the-old-slot': {
    clause: 'MOVE-2',
    what: 'A reschedule does not give the old slot back.',
    before: hideOn('rescheduleAppointment'),
    answer: keepHidden,
  },
  'own-slot-is-taken': {
    clause: 'MOVE-3',
    what: 'A reschedule onto its own slot is refused: the slot is taken, by itself.',
    endpoint: 'rescheduleAppointment',
    before: ({ request, memory }) => {
      const start = memory.starts.get(String(request['id']));
      if (start === request['datetime']) throw new SlotNotAvailableError(start as string, String(request['calendarId']), 'taken');
    },
  },
  'move-onto-a-taken-slot': {
    clause: 'MOVE-4',
    what: 'A reschedule onto a taken slot succeeds.',
    endpoint: 'rescheduleAppointment',
    refusal: (error, { request }) => (error instanceof SlotNotAvailableError ? ghost(request['id']) : undefined),
  },
  'moves-the-unknown': {
    clause: 'MOVE-5',
    what: 'A reschedule of an unknown appointment succeeds.',
    endpoint: 'rescheduleAppointment',
    refusal: (error, { request }) => (error instanceof AppointmentNotFoundError ? ghost(request['id']) : undefined),
  },
  'moves-the-canceled': {
    clause: 'MOVE-6',
    what: 'A reschedule of a canceled appointment succeeds.',
    endpoint: 'rescheduleAppointment',
    refusal: (error, { request }) => (error instanceof ChangeNotAllowedError ? ghost(request['id']) : undefined),
  },
  'move-cutoff-crashes': {
    clause: 'MOVE-7',
    what: 'A reschedule past the cutoff is answered with 500.',
    endpoint: 'rescheduleAppointment',
    refusal: error => crashOn(error, CutoffPassedError),
  },
  'cancel-names-another': {
    clause: 'CANCEL-1',
    what: 'A cancel answers another appointment’s id.',
    endpoint: 'cancelAppointment',
    answer: right => ({ ...(right as Part), appointmentId: 'apt-other' }),
  },
  'cancel-keeps-the-slot': {
    clause: 'CANCEL-2',
    what: 'A cancel does not give the slot back.',
    before: hideOn('cancelAppointment'),
    answer: keepHidden,
  },
  'second-cancel-crashes': {
    clause: 'CANCEL-3',
    what: 'A second cancel is answered with 500.',
    endpoint: 'cancelAppointment',
    refusal: error => crashOn(error, ChangeNotAllowedError),
  },
  'cancels-the-unknown': {
    clause: 'CANCEL-4',
    what: 'A cancel of an unknown appointment succeeds.',
    endpoint: 'cancelAppointment',
    refusal: (error, { request }) => (error instanceof AppointmentNotFoundError ? ghost(request['id']) : undefined),
  },
  'cancel-cutoff-crashes': {
    clause: 'CANCEL-5',
    what: 'A cancel past the cutoff is answered with 500.',
    endpoint: 'cancelAppointment',
    refusal: error => crashOn(error, CutoffPassedError),
  },
  'list-hides-the-canceled': {
    clause: 'LIST-2',
    what: 'The list leaves canceled appointments out.',
    endpoint: 'listAppointments',
    answer: right => parts(right).filter(({ status }) => status !== 'canceled'),
  },
  'list-ignores-the-reference': {
    clause: 'LIST-3',
    what: 'An unknown reference finds somebody’s appointment.',
    endpoint: 'listAppointments',
    answer: right => (parts(right).length === 0 ? [ghost('apt-of-another')] : right),
  },
  'list-includes-its-end': {
    clause: 'LIST-4',
    what: 'The list’s end is included.',
    endpoint: 'listAppointments',
    answer: (right, { request, memory }) => [
      ...parts(right),
      ...[...memory.starts].filter(([, start]) => start === request['to']).map(([id]) => ghost(id)),
    ],
  },
  'wordless-errors': { clause: 'ERR-1', what: 'Refusals have no code and no message.' },
  'broken-json-crashes': { clause: 'ERR-2', what: 'A body that is not JSON is answered with 500.' },
  'html-errors': { clause: 'ERR-3', what: 'Refusals are HTML pages.' },
} as const satisfies Record<string, Defect>;

function hideOn(endpoint: DefectCall['endpoint']) {
  return (call: DefectCall): void => {
    const start = call.endpoint === endpoint ? call.memory.starts.get(String(call.request['id'])) : undefined;
    if (start !== undefined) call.memory.hidden.add(start);
  };
}

function keepHidden(right: unknown, { endpoint, memory }: DefectCall): unknown {
  return endpoint === 'getAvailability' ? withSlots(right, slots => slots.filter(({ start }) => !memory.hidden.has(String(start)))) : right;
}

function crashOn(error: unknown, kind: abstract new (...given: never[]) => Error): undefined {
  if (error instanceof kind) throw new Error('A seeded defect: the constraint was not expected.', { cause: error });
}
