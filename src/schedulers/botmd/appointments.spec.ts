import type { UpstreamAppointmentFilter, UpstreamListedAppointment } from '../scheduler.js';
import { appointmentParameters, readAppointments, withinFilter } from './appointments.js';

const FULL: UpstreamListedAppointment = {
  appointmentId: 'A1',
  status: 'scheduled',
  start: new Date('2026-03-09T01:30:00Z'),
  calendarExternalId: '7',
  appointmentTypeExternalId: '70',
  externalReference: 'ref-1',
  patientId: 'P1',
  temporaryPatientId: 'T1',
  queueNumber: 'Q7',
  updatedAt: new Date('2026-03-01T00:00:00Z'),
};
const BARE: UpstreamListedAppointment = {
  appointmentId: 'A1',
  status: null,
  start: null,
  calendarExternalId: null,
  appointmentTypeExternalId: null,
  externalReference: null,
  patientId: null,
  temporaryPatientId: null,
  queueNumber: null,
  updatedAt: null,
};
const CAMEL = {
  appointmentId: 'A1',
  status: 'scheduled',
  datetime: '2026-03-09T09:30:00+08:00',
  calendarId: 7,
  appointmentTypeId: 70,
  externalReference: 'ref-1',
  patientId: 'P1',
  temporaryPatientId: 'T1',
  queueNumber: 'Q7',
  updatedAt: '2026-03-01T00:00:00Z',
};
const SNAKE = {
  appointment_id: 'A1',
  status: 'Booked',
  start: '2026-03-09T01:30:00Z',
  calendar_id: '7',
  appointment_type_id: '70',
  external_reference: 'ref-1',
  queue_number: 'Q7',
  updated_at: '2026-03-01T08:00:00+0800',
  patient: { id: 'P1', temporary_patient_id: 'T1', name: 'Test Maria' },
};

describe('readAppointments', () => {
  it.each<[string, unknown]>([
    ['camelCase, bare', [CAMEL]],
    ['snake_case with a patient, under data', { data: [SNAKE] }],
    ['under appointments', { appointments: [CAMEL], id: 'answer-1' }],
    ['under appointments under data', { data: { appointments: [SNAKE] } }],
    ['each wrapped', [{ appointment: CAMEL }]],
    ['one alone', CAMEL],
    ['one alone, wrapped', { appointment: SNAKE }],
    ['one alone, with a bare id', { ...CAMEL, appointmentId: undefined, id: 'A1' }],
    ['under data, beside an id of the answer', { id: 'answer-1', data: [CAMEL] }],
  ])('reads %s', (_what, body) => {
    expect(readAppointments(body, {})).toEqual([FULL]);
  });

  it.each<[string, unknown]>([
    ['an array', []],
    ['an envelope', { data: [] }],
    ['appointments', { appointments: [] }],
  ])('reads %s that is empty', (_what, body) => {
    expect(readAppointments(body, {})).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, Partial<UpstreamListedAppointment>]>([
    ['nothing', {}, {}],
    ['numbers', { queue_number: 12, patient_id: 5 }, { queueNumber: '12', patientId: '5' }],
    ['a queue number with a NUL', { queueNumber: 'Q\u00007' }, { queueNumber: 'Q7' }],
    ['an id of a patient beside a bare one', { patientId: 'P1', patient: { id: 'row-1' } }, { patientId: 'P1' }],
    ['a start that is none', { start: 'soon' }, {}],
    ['a time of change without offset', { updatedAt: '2026-03-01T00:00:00' }, {}],
  ])('reads an appointment with %s', (_what, item, expected) => {
    expect(readAppointments([{ id: 'A1', ...item }], {})).toEqual([{ ...BARE, ...expected }]);
  });

  it.each<[Record<string, unknown>, UpstreamListedAppointment['status']]>([
    [{ status: 'scheduled' }, 'scheduled'],
    [{ status: 'CONFIRMED' }, 'scheduled'],
    [{ status: 'canceled' }, 'canceled'],
    [{ status: 'Cancelled' }, 'canceled'],
    [{ status: 'checked_in' }, 'checked-in'],
    [{ status: 'checked-in' }, 'checked-in'],
    [{ status: 'checkedIn' }, 'checked-in'],
    [{ status: 'SHOW' }, 'checked-in'],
    [{ status: 'queued' }, 'checked-in'],
    [{ canceled: true }, 'canceled'],
    [{ canceled: false }, 'scheduled'],
    [{ canceled: true, status: 'scheduled' }, 'canceled'],
    [{ canceled: false, status: 'no_show' }, null],
    [{ status: 'rescheduled' }, null],
    [{ status: 'constructor' }, null],
    [{ status: 1 }, null],
    [{}, null],
  ])('%j is %s', (item, status) => {
    expect(readAppointments([{ id: 'A1', ...item }], {})).toEqual([{ ...BARE, status }]);
  });

  it.each<[string, string, string | null]>([
    ['in the calendar’s zone', '2026-03-09T09:30:00', '2026-03-09T13:30:00.000Z'],
    ['as its offset says', '2026-03-09T09:30:00+08:00', '2026-03-09T01:30:00.000Z'],
    ['as the first of two', '2026-11-01T01:30', '2026-11-01T05:30:00.000Z'],
    ['as none where DST skips it', '2026-03-08T02:30', null],
    ['as none of another age', '1850-01-01T00:00:00Z', null],
  ])('reads a start %s', (_what, start, expected) => {
    const zoneOfCalendar = (id: string | null): string => (id === 'ny' ? 'America/New_York' : 'Asia/Manila');

    const [read] = readAppointments([{ id: 'A1', calendar_id: 'ny', start }], { zoneOfCalendar });

    expect(read?.start?.toISOString() ?? null).toBe(expected);
  });

  it('does not guess a zone', () => {
    expect(readAppointments([{ id: 'A1', start: '2026-03-09T09:30:00' }], {})).toEqual([BARE]);
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'none'],
    ['an object of another shape', { greeting: 'Planted' }],
    ['an item that is none', ['A1']],
    ['an item without id', [CAMEL, { ...CAMEL, appointmentId: '' }]],
    ['an item whose id is none', [{ id: {} }]],
  ])('refuses %s, and quotes nothing', (_what, body) => {
    expect(() => readAppointments(body, {})).toThrow(/^appointments(\[\d\])?: [^P]*$/);
  });
});

const RANGE = { calendarExternalId: '7', from: new Date('2026-03-09T00:00:00Z'), to: new Date('2026-03-10T00:00:00Z') };

describe('appointmentParameters', () => {
  it.each<[UpstreamAppointmentFilter, Record<string, string>]>([
    [{ externalReference: 'ref-1' }, { external_reference: 'ref-1' }],
    [{ patientId: 'P1' }, { patient_id: 'P1' }],
    [{ temporaryPatientId: 'T1' }, { temporary_patient_id: 'T1' }],
    [RANGE, { calendar_id: '7', from: '2026-03-09T00:00:00.000Z', to: '2026-03-10T00:00:00.000Z' }],
  ])('of %j are %j', (filter, parameters) => {
    expect(appointmentParameters(filter)).toEqual(parameters);
  });
});

describe('withinFilter', () => {
  const at = (start: string | null, change: Partial<UpstreamListedAppointment> = {}): UpstreamListedAppointment => ({
    ...FULL,
    start: start === null ? null : new Date(start),
    ...change,
  });

  it.each<[UpstreamAppointmentFilter, Partial<UpstreamListedAppointment>]>([
    [{ externalReference: 'ref-1' }, { externalReference: 'ref-2' }],
    [{ patientId: 'P1' }, { patientId: 'P2' }],
    [{ temporaryPatientId: 'T1' }, { temporaryPatientId: 'T2' }],
    [RANGE, { calendarExternalId: '8' }],
  ])('of %j leaves out %j; only such ones prove that the filter is ignored', (filter, others) => {
    const other = { ...FULL, ...others };

    expect(withinFilter([other, FULL, other], filter)).toEqual([FULL]);
    expect(withinFilter([other], filter)).toBe('not-supported');
    expect(withinFilter([], filter)).toEqual([]);
  });

  it('keeps one that does not say whose it is', () => {
    expect(withinFilter([BARE], { externalReference: 'ref-1' })).toEqual([BARE]);
  });

  it('takes the first moment of a range, not the last, and what has no start', () => {
    const listed = ['2026-03-08T23:59:59Z', '2026-03-09T00:00:00Z', null, '2026-03-10T00:00:00Z'].map(start => at(start));

    expect(withinFilter(listed, RANGE)).toEqual(listed.slice(1, 3));
    expect(withinFilter(listed.slice(0, 1), RANGE)).toEqual([]);
  });
});
