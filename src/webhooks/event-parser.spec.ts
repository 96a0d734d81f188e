import type { AppointmentHospitalEvent } from '../appointments/hospital-event.js';
import { parseEvent, type ParsedEvent } from './event-parser.js';
import type { ParsingContext } from './event-reading-rules.js';
import { rejectionMessage } from './event-rejection-rules.js';

const CONTEXT: ParsingContext = {
  id: '0199c0de-0000-7000-8000-000000000001',
  identity: 'id:evt-1',
  receivedAt: new Date('2026-03-09T02:00:00Z'),
  timezone: 'Asia/Manila',
  zoneOfCalendar: calendar => (calendar === 'cal-ny' ? 'America/New_York' : 'Asia/Manila'),
};
const REFERENCE = '0199c0de-0000-7000-8000-00000000000a';

const CAMEL = {
  appointmentId: 'A1',
  datetime: '2026-03-10T09:30:00+08:00',
  calendarId: 'cal-1',
  appointmentTypeId: 'type-1',
  externalReference: REFERENCE,
  queueNumber: 'Q7',
  reason: 'Test reason',
  occurredAt: '2026-03-09T01:30:00Z',
  eventId: 'evt-1',
  patientId: 'P1',
  temporaryPatientId: 'T1',
  name: 'Test Maria',
  dateOfBirth: '1990-02-01',
  phone: '+639175550101',
  email: 'test.maria@example.org',
  gender: 'F',
  nationalId: 'N-1234',
};
const SNAKE = Object.fromEntries(
  Object.entries(CAMEL).map(([name, value]) => [name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`), value]),
);
const FULL_PATIENT = {
  patientId: 'P1',
  temporaryPatientId: 'T1',
  name: 'Test Maria',
  dateOfBirth: '1990-02-01',
  phone: '+639175550101',
  email: 'test.maria@example.org',
  gender: 'female',
  nationalId: 'N-1234',
};
const FULL_EVENT = {
  id: CONTEXT.id,
  identity: CONTEXT.identity,
  time: { at: new Date('2026-03-09T01:30:00Z'), isApproximate: false },
  receivedAt: CONTEXT.receivedAt,
  patient: FULL_PATIENT,
  externalId: 'A1',
  externalReference: REFERENCE,
  start: new Date('2026-03-10T01:30:00Z'),
  calendarExternalId: 'cal-1',
  appointmentTypeExternalId: 'type-1',
  queueNumber: 'Q7',
  reason: 'Test reason',
};

function parse(body: Record<string, unknown>): ParsedEvent {
  return parseEvent(body, CONTEXT);
}

/** Of an event about an appointment that is accepted. */
function accepted(body: Record<string, unknown>): AppointmentHospitalEvent {
  const parsed = parse({ action: 'scheduled', appointment_id: 'A1', ...body });
  if (parsed.kind !== 'event' || parsed.event.type === 'patientCreated') throw new Error(`Not accepted: ${JSON.stringify(parsed)}`);
  return parsed.event;
}

describe('the name of the event', () => {
  it.each([
    ['appointmentCreated', 'appointmentCreated'],
    ['appointment_created', 'appointmentCreated'],
    ['appointment.created', 'appointmentCreated'],
    ['APPOINTMENT-CREATED', 'appointmentCreated'],
    ['scheduled', 'appointmentCreated'],
    [' Scheduled ', 'appointmentCreated'],
    ['appointmentRescheduled', 'appointmentRescheduled'],
    ['rescheduled', 'appointmentRescheduled'],
    ['appointmentCanceled', 'appointmentCanceled'],
    ['appointmentCancelled', 'appointmentCanceled'],
    ['appointment.cancelled', 'appointmentCanceled'],
    ['cancelled', 'appointmentCanceled'],
    ['canceled', 'appointmentCanceled'],
    ['Queued', 'Queued'],
    ['queued', 'Queued'],
    ['patientCreated', 'patientCreated'],
    ['patient.created', 'patientCreated'],
  ])('%s is %s', (name, type) => {
    expect(parse({ ...SNAKE, event: name })).toMatchObject({ kind: 'event', event: { type } });
  });

  it.each(['event', 'event_type', 'eventType', 'event_name', 'type', 'action'])('may stand under %s, also under data', field => {
    expect(parse({ ...SNAKE, [field]: 'queued' })).toMatchObject({ kind: 'event', event: { type: 'Queued' } });
    expect(parse({ data: { ...SNAKE, [field]: 'queued' } })).toMatchObject({ kind: 'event', event: { type: 'Queued' } });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['the first of two that are known', { action: 'queued', type: 'canceled', event: 'scheduled' }, 'appointmentCreated'],
    ['event_type before type', { type: 'canceled', event_type: 'queued' }, 'Queued'],
    ['a known one after one that is not', { type: 'appointment', action: 'scheduled' }, 'appointmentCreated'],
    ['a known one within, an unknown one without', { type: 'message', data: { type: 'queued' } }, 'Queued'],
    ['a known one after an empty one', { event: '', action: 'queued' }, 'Queued'],
    ['a known one beside an object of that name', { event: { id: 1 }, action: 'queued' }, 'Queued'],
  ])('is taken from %s', (_what, names, type) => {
    expect(parse({ ...SNAKE, ...names })).toMatchObject({ kind: 'event', event: { type } });
  });

  it.each<[string, Record<string, unknown>]>([
    ['both ids of a patient', { patientId: 'P1', temporaryPatientId: 'T1' }],
    ['both ids in snake_case under data', { data: { patient_id: 1, temporary_patient_id: 2 } }],
    ['both ids, one in a patient', { patient: { id: 'P1', temporaryPatientId: 'T1' } }],
  ])('is patientCreated where there is none, but %s', (_what, body) => {
    expect(parse(body)).toMatchObject({ kind: 'event', event: { type: 'patientCreated' }, flags: ['approximate'] });
  });
});

describe('every field', () => {
  const TYPES = ['appointmentCreated', 'appointmentRescheduled', 'appointmentCanceled', 'Queued'] as const;
  const bodies: [string, Record<string, unknown>][] = [
    ['camelCase', CAMEL],
    ['snake_case', SNAKE],
    ['camelCase under data', { data: CAMEL }],
    ['snake_case under data, in a list of one', { data: [SNAKE] }],
    ['snake_case under appointment', { event_id: 'evt-1', appointment: SNAKE }],
  ];

  it.each(bodies.flatMap(([where, body]) => TYPES.map(type => [type, where, body] as const)))(
    'of %s is read in %s',
    (type, _where, body) => {
      expect(parse({ event: type, ...body })).toEqual({
        kind: 'event',
        event: { type, ...FULL_EVENT },
        flags: [],
        fields: ['event', ...Object.keys(CAMEL)].sort(byCanonicalOrder),
      });
    },
  );

  it.each(bodies)('of patientCreated is read in %s', (_where, body) => {
    const { id, identity, time, receivedAt, patient } = FULL_EVENT;

    expect(parse({ event: 'patientCreated', ...body })).toMatchObject({
      kind: 'event',
      event: { type: 'patientCreated', id, identity, time, receivedAt, patient },
    });
  });

  it('is null where it is absent, null or empty', () => {
    const patient = Object.fromEntries(Object.keys(FULL_PATIENT).map(name => [name, null]));
    const nothing = { externalReference: null, start: null, calendarExternalId: null, appointmentTypeExternalId: null };
    const empty = Object.fromEntries(Object.keys({ ...CAMEL, ...SNAKE }).map((name, i) => [name, ['', null, '  '][i % 3]]));

    for (const body of [{}, empty]) {
      expect(parse({ ...body, appointment_id: 'A1', action: 'scheduled' })).toEqual({
        kind: 'event',
        event: expect.objectContaining({ externalId: 'A1', ...nothing, queueNumber: null, reason: null, patient }) as unknown,
        flags: ['approximate'],
        fields: ['event', 'appointmentId'],
      });
    }
  });

  it.each(['DoB', 'dob', 'date_of_birth', 'dateOfBirth'])('of birth may be called %s', name => {
    expect(accepted({ [name]: '1990-02-01' }).patient.dateOfBirth).toBe('1990-02-01');
  });

  it.each([
    ['datetime', 'date_time', 'dateTime'],
    ['start', 'start_time', 'startTime'],
    ['appointment_datetime', 'appointmentDatetime', 'appointment_date_time'],
  ])('of the start may be called %s, %s or %s', (...names) => {
    for (const name of names) expect(accepted({ [name]: CAMEL.datetime }).start).toEqual(FULL_EVENT.start);
  });

  it.each(['reason', 'cancel_reason', 'cancelReason', 'cancellation_reason'])('of the reason may be called %s', name => {
    expect(accepted({ [name]: 'Test reason' }).reason).toBe('Test reason');
  });

  it('may have a number for an id', () => {
    expect(accepted({ appointment_id: 17, patient_id: 5, calendar_id: 7, queue_number: 12 })).toMatchObject({
      externalId: '17',
      patient: { patientId: '5' },
      calendarExternalId: '7',
      queueNumber: '12',
    });
  });

  it('is cut where it is a text, and not told where it is more than its kind may be', () => {
    const long = accepted({ name: 'n'.repeat(300), reason: 'r'.repeat(2_000), queue_number: '9'.repeat(60), phone: '1'.repeat(60) });

    expect([long.patient.name?.length, long.reason?.length, long.queueNumber?.length, long.patient.phone]).toEqual([200, 1_000, 50, null]);
  });

  it('that cannot be read is not told, and not listed', () => {
    const body = { DoB: '01/02/1990', email: 'none', gender: 'x', external_reference: 'REF', calendar_id: {}, name: 7, phone: true };

    expect(parse({ action: 'queued', appointment_id: 'A1', ...body })).toMatchObject({ kind: 'event', fields: ['event', 'appointmentId'] });
  });
});

describe('where a field stands', () => {
  it.each<[string, Record<string, unknown>, Partial<AppointmentHospitalEvent>]>([
    ['the innermost wins', { data: { calendar_id: 'in' }, calendar_id: 'out' }, { calendarExternalId: 'in' }],
    ['an empty one within does not', { data: { calendar_id: '' }, calendar_id: 'out' }, { calendarExternalId: 'out' }],
    ['snake_case stands in for an empty camelCase', { calendarId: '', calendar_id: 'out' }, { calendarExternalId: 'out' }],
    [
      'the start of the appointment goes before a datetime outside',
      { datetime: '2026-01-01T00:00Z', appointment: { start: CAMEL.datetime } },
      { start: FULL_EVENT.start },
    ],
  ])('%s', (_what, body, expected) => {
    expect(accepted(body)).toMatchObject(expected);
  });

  it.each<[string, Record<string, unknown>]>([
    ['side by side', { appointment: { id: 'A9' }, patient: { id: 'P9', name: 'Test Maria' } }],
    ['one in the other, under data', { data: { appointment: { id: 'A9', patient: { id: 'P9', name: 'Test Maria' } } } }],
    ['around a name of the type', { appointment: { id: 'A9', name: 'Consultation' }, patient: { id: 'P9' }, name: 'Test Maria' }],
    ['beside ids that are nobody’s', { id: 'X', data: { id: 'Y', appointment: { id: 'A9' }, patient: { id: 'P9', name: 'Test Maria' } } }],
  ])('the id of an appointment and of a patient may be in objects: %s', (_where, body) => {
    expect(parse({ event: 'scheduled', ...body })).toMatchObject({
      kind: 'event',
      event: { externalId: 'A9', patient: { patientId: 'P9', name: 'Test Maria' } },
    });
  });

  it('a named id goes before a bare one', () => {
    expect(accepted({ appointment: { id: 'row-1' }, patient: { id: 'row-2' }, patient_id: 'P1' })).toMatchObject({
      externalId: 'A1',
      patient: { patientId: 'P1' },
    });
  });

  it('a property that the object has not itself is none', () => {
    const body = JSON.parse('{"action":"queued","__proto__":{"appointment_id":"A1"},"patient":{"__proto__":{"id":"P1"}}}') as Record<
      string,
      unknown
    >;

    expect(parse(body)).toMatchObject({ kind: 'rejected', reason: 'appointment-id-missing' });
    expect(parseEvent(Object.assign(Object.create({ appointment_id: 'A1' }) as object, { action: 'queued' }), CONTEXT)).toMatchObject({
      reason: 'appointment-id-missing',
    });
  });
});

describe('times', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['in the calendar’s zone', { calendar_id: 'cal-ny', datetime: '2026-03-10T09:30:00' }, '2026-03-10T13:30:00.000Z'],
    ['in the zone that stands in for no calendar', { datetime: '2026-03-10T09:30:00' }, '2026-03-10T01:30:00.000Z'],
    ['as its offset says', { calendar_id: 'cal-ny', datetime: '2026-03-10T09:30:00+09:00' }, '2026-03-10T00:30:00.000Z'],
    ['that DST skips: later', { calendar_id: 'cal-ny', datetime: '2026-03-08T02:30' }, '2026-03-08T07:30:00.000Z'],
    ['that DST doubles: the first', { calendar_id: 'cal-ny', datetime: '2026-11-01T01:30' }, '2026-11-01T05:30:00.000Z'],
  ])('a datetime is read %s', (_what, body, start) => {
    expect(accepted(body).start?.toISOString()).toBe(start);
  });

  it.each<[string, Record<string, unknown>, string, boolean, string[]]>([
    ['occurred_at', { occurred_at: '2026-03-09T01:30:00Z' }, '2026-03-09T01:30:00.000Z', false, []],
    ['occurredAt, local', { occurredAt: '2026-03-09T09:30:00', calendar_id: 'cal-ny' }, '2026-03-09T01:30:00.000Z', false, []],
    ['timestamp', { timestamp: '2026-03-09T01:30:00Z' }, '2026-03-09T01:30:00.000Z', false, []],
    ['timestamp in seconds', { timestamp: 1773019800 }, '2026-03-09T01:30:00.000Z', false, []],
    ['timestamp in milliseconds', { timestamp: 1773019800250 }, '2026-03-09T01:30:00.250Z', false, []],
    [
      'occurred_at outside, timestamp inside',
      { occurred_at: '2026-03-09T01:30:00Z', data: { timestamp: 1 } },
      '2026-03-09T01:30:00.000Z',
      false,
      [],
    ],
    ['its receipt exactly', { occurred_at: '2026-03-09T02:00:00Z' }, '2026-03-09T02:00:00.000Z', false, []],
    ['a millisecond after its receipt', { occurred_at: '2026-03-09T02:00:00.001Z' }, '2026-03-09T02:00:00.000Z', false, ['clamped']],
    ['a year after its receipt', { timestamp: 1804555800 }, '2026-03-09T02:00:00.000Z', false, ['clamped']],
    ['nothing', {}, '2026-03-09T02:00:00.000Z', true, ['approximate']],
  ])('an event happened when it says so: %s', (_what, body, at, isApproximate, flags) => {
    const parsed = parse({ action: 'queued', appointment_id: 'A1', ...body });

    expect(parsed).toMatchObject({ kind: 'event', event: { time: { at: new Date(at), isApproximate } }, flags });
  });
});

describe('an event that is rejected', () => {
  const BARE = { action: 'scheduled', appointment_id: 'A1' };

  it.each<[string, Record<string, unknown>, string, string | null]>([
    ['has an unknown name', { ...SNAKE, event: 'appointmentExploded' }, 'unknown-event', null],
    ['has unknown names only', { ...SNAKE, type: 'appointment', action: 'update' }, 'unknown-event', null],
    ['has a number for a name', { ...SNAKE, type: 3 }, 'unknown-event', null],
    ['has the name of a property of every object', { ...SNAKE, event: 'constructor' }, 'unknown-event', null],
    [
      'has an unknown name and both ids of a patient',
      { type: 'patient', patientId: 'P1', temporaryPatientId: 'T1' },
      'unknown-event',
      null,
    ],
    ['has no name', SNAKE, 'event-name-missing', null],
    ['has no name, and one id of a patient', { patientId: 'P1' }, 'event-name-missing', null],
    ['is empty', {}, 'event-name-missing', null],
    ['has an object for a name', { ...SNAKE, event: { id: 1 } }, 'event-name-missing', null],
    ['has a blank appointment id', { ...BARE, appointment_id: '  ' }, 'appointment-id-missing', 'appointmentCreated'],
    ['holds several events', { data: [BARE, BARE] }, 'event-name-missing', null],
    ['has no appointment id', { ...CAMEL, event: 'Queued', appointmentId: '' }, 'appointment-id-missing', 'Queued'],
    ['has a bare id only', { event: 'Queued', id: 'A1', data: { id: 'A1' } }, 'appointment-id-missing', 'Queued'],
    ['has an appointment id that is a list', { ...BARE, appointment_id: ['A1'] }, 'appointment-id-invalid', 'appointmentCreated'],
    ['has an appointment id with a NUL', { ...BARE, appointment_id: 'A\u00001' }, 'appointment-id-invalid', 'appointmentCreated'],
    [
      'has an appointment id of 201 characters',
      { ...BARE, appointment_id: 'x'.repeat(201) },
      'appointment-id-invalid',
      'appointmentCreated',
    ],
    ['has an appointment id beyond the safe numbers', { ...BARE, appointment_id: 2 ** 53 }, 'appointment-id-invalid', 'appointmentCreated'],
    ['has a datetime that is none', { ...BARE, datetime: 'soon' }, 'datetime-invalid', 'appointmentCreated'],
    ['has a datetime without time', { ...BARE, action: 'canceled', datetime: '2026-03-10' }, 'datetime-invalid', 'appointmentCanceled'],
    ['has a datetime of another age', { ...BARE, datetime: '0001-01-01T00:00:00Z' }, 'datetime-invalid', 'appointmentCreated'],
    ['has an occurred_at that is none', { ...BARE, occurred_at: 'now' }, 'occurred-at-invalid', 'appointmentCreated'],
    ['has a timestamp of 1970', { ...BARE, timestamp: 0 }, 'occurred-at-invalid', 'appointmentCreated'],
    ['has a patient id that is an object', { ...BARE, patient_id: {} }, 'patient-id-invalid', 'appointmentCreated'],
    [
      'has a temporary id with half a surrogate pair',
      { ...BARE, temporaryPatientId: 'T\ud800' },
      'patient-id-invalid',
      'appointmentCreated',
    ],
    [
      'tells of a patient without permanent id',
      { event: 'patientCreated', temporaryPatientId: 'T1' },
      'patient-ids-missing',
      'patientCreated',
    ],
    ['tells of a patient by the permanent id alone', { event: 'patientCreated', patientId: 'P1' }, 'patient-ids-missing', 'patientCreated'],
    [
      'tells of a patient and a phone of nobody',
      { event: 'patientCreated', patientId: 'P1', phone: '1' },
      'patient-ids-missing',
      'patientCreated',
    ],
    ['tells of a patient by an id that is none', { patientId: 1.5, temporaryPatientId: 'T1' }, 'patient-id-invalid', 'patientCreated'],
  ])('%s', (_what, body, reason, type) => {
    expect(parse(body)).toMatchObject({ kind: 'rejected', reason, type });
  });

  it.each<[string, Record<string, unknown>]>([
    ['a national id', { nationalId: 'N-1234' }],
    ['phone and date of birth', { phone: '+639175550101', dob: '1990-02-01' }],
    ['phone and name', { phone: '+639175550101', name: 'Test Maria' }],
  ])('is not a patientCreated with a permanent id and %s', (_what, body) => {
    expect(parse({ event: 'patientCreated', patientId: 'P1', ...body })).toMatchObject({ kind: 'event' });
  });

  it('shows what could be read of it', () => {
    expect(
      parse({ action: 'scheduled', appointment_id: 'A1', datetime: 'soon', occurred_at: '2026-03-09T01:30:00Z', name: 'Test Maria' }),
    ).toEqual({
      kind: 'rejected',
      type: 'appointmentCreated',
      reason: 'datetime-invalid',
      occurredAt: new Date('2026-03-09T01:30:00Z'),
      externalId: 'A1',
      fields: ['event', 'appointmentId', 'occurredAt', 'name'],
    });
  });

  it.each([
    ['unknown-event', 'appointmentRescheduled'],
    ['event-name-missing', 'event_type'],
    ['appointment-id-missing', 'appointment_id'],
    ['appointment-id-invalid', '200 characters'],
    ['datetime-invalid', 'ISO 8601'],
    ['occurred-at-invalid', 'ISO 8601'],
    ['patient-ids-missing', 'temporaryPatientId'],
    ['patient-id-invalid', '200 characters'],
  ] as const)('is told, for %s, what would be right', (reason, right) => {
    expect(rejectionMessage(reason)).toContain(right);
  });
});

const CANONICAL = [
  ...['event', 'eventId', 'appointmentId', 'datetime', 'calendarId', 'appointmentTypeId', 'externalReference', 'queueNumber', 'reason'],
  ...['occurredAt', 'patientId', 'temporaryPatientId', 'name', 'dateOfBirth', 'phone', 'email', 'gender', 'nationalId'],
];

function byCanonicalOrder(a: string, b: string): number {
  return CANONICAL.indexOf(a) - CANONICAL.indexOf(b);
}

describe('what stands where there is no id', () => {
  it.each(['0', 0, '000', '-', 'N/A', 'na', 'None', 'NULL', 'undefined', 'unknown'])('%p is no patient id', placeholder => {
    const { patient } = accepted({ patient_id: placeholder, temporary_patient_id: placeholder });

    expect(patient).toMatchObject({ patientId: null, temporaryPatientId: null });
  });

  it.each(['P0', '10', 'none-1'])('%p is one', id => {
    expect(accepted({ patient_id: id }).patient.patientId).toBe(id);
  });
});
