import type { AppointmentFacts } from './appointment-facts.js';
import type { AppointmentStatus } from './appointment-state.js';
import { tellingOf, type Telling } from './event-telling-rules.js';
import type { AppointmentEventType } from './hospital-event.js';

const NINE = new Date('2026-03-09T01:00:00Z');
const TEN = new Date('2026-03-09T02:00:00Z');

function anAppointment(overrides: Partial<AppointmentFacts> = {}): AppointmentFacts {
  return {
    status: 'SCHEDULED',
    startAt: NINE,
    calendarId: 'cal',
    appointmentTypeId: 'type',
    queueNumber: null,
    patientId: null,
    temporaryPatientId: null,
    needsReview: false,
    reviewReason: null,
    stamps: {},
    ...overrides,
  };
}

const CREATED = 'appointmentCreated';
const MOVED = 'appointmentRescheduled';
const booked: Telling = { kind: 'booked', start: NINE };
const moved: Telling = { kind: 'rescheduled', start: NINE };

describe('tellingOf', () => {
  it.each<[string, AppointmentEventType, Partial<AppointmentFacts>, Partial<AppointmentFacts>, Telling | null]>([
    ['a time that was another', MOVED, { startAt: TEN }, {}, moved],
    ['a time that was not known', MOVED, { startAt: null }, {}, moved],
    ['another calendar', MOVED, { calendarId: 'other' }, {}, moved],
    ['a new time, and a calendar where none was known', MOVED, { startAt: TEN, calendarId: null }, {}, moved],
    ['a calendar where none was known, nothing else', MOVED, { calendarId: null }, {}, null],
    ['the same by a creation', CREATED, { calendarId: null }, {}, null],
    ['a creation with another time', CREATED, { startAt: TEN }, {}, moved],
    ['a booking that was in doubt', CREATED, { status: 'PENDING' }, {}, booked],
    ['a booking that was in doubt, its calendar unknown', CREATED, { status: 'PENDING', calendarId: null }, {}, booked],
    ['a booking that had failed', CREATED, { status: 'FAILED' }, {}, booked],
    ['a booking that was canceled', CREATED, { status: 'CANCELED' }, {}, booked],
    ['a canceled one that is on again at a time', MOVED, { status: 'CANCELED' }, {}, moved],
    ['a cancellation', 'appointmentCanceled', {}, { status: 'CANCELED' }, { kind: 'canceled', start: NINE }],
    [
      'a cancellation of one in doubt',
      'appointmentCanceled',
      { status: 'PENDING' },
      { status: 'CANCELED' },
      { kind: 'canceled', start: NINE },
    ],
    ['another time of one that was canceled before', MOVED, { status: 'CANCELED', startAt: TEN }, { status: 'CANCELED' }, null],
    ['a check-in', 'Queued', {}, { status: 'SHOW' }, null],
    ['another time of one that has come', MOVED, { status: 'SHOW', startAt: TEN }, { status: 'SHOW' }, null],
    ['another time of one in doubt', MOVED, { status: 'PENDING', startAt: TEN }, { status: 'PENDING' }, null],
    ['another time of one that failed', MOVED, { status: 'FAILED', startAt: TEN }, { status: 'FAILED' }, null],
  ])('of a known appointment: %s', (_, type, before, after, telling) => {
    expect(tellingOf(type, anAppointment(before), anAppointment(after), false, false)).toEqual(telling);
  });

  it.each<[AppointmentEventType, AppointmentStatus, Telling['kind'] | null]>([
    [CREATED, 'SCHEDULED', 'booked'],
    [MOVED, 'SCHEDULED', 'rescheduled'],
    ['appointmentCanceled', 'CANCELED', 'canceled'],
    ['Queued', 'SHOW', null],
  ])('of one that nobody knew, made by %s', (type, status, kind) => {
    const appointment = anAppointment({ status, calendarId: null });

    expect(tellingOf(type, appointment, appointment, true, false)).toEqual(kind === null ? null : { kind, start: NINE });
  });

  it.each<[string, Partial<AppointmentFacts>, boolean, Date | null]>([
    ['sure', {}, false, NINE],
    ['in doubt now', {}, true, null],
    ['in doubt since an earlier event', { reviewReason: 'order-uncertain' }, false, null],
    ['looked at by a person for another reason', { reviewReason: 'calendar-unknown' }, false, NINE],
    ['not known', { startAt: null }, false, null],
  ])('names the time when it is %s', (_, after, isInDoubt, start) => {
    expect(tellingOf(MOVED, anAppointment({ startAt: TEN }), anAppointment(after), false, isInDoubt)).toEqual({
      kind: 'rescheduled',
      start,
    });
  });
});
