import { isNarrow, type AppointmentSearch } from './appointment-search.js';

const anything: AppointmentSearch = {
  externalReference: null,
  patientId: null,
  temporaryPatientId: null,
  calendarId: null,
  fromMs: null,
  toMs: null,
};

it.each<[string, Partial<AppointmentSearch>, boolean]>([
  ['nothing', {}, false],
  ['a reference', { externalReference: 'r' }, true],
  ['a patient', { patientId: 'p' }, true],
  ['a temporary patient', { temporaryPatientId: 't' }, true],
  ['a calendar with a range', { calendarId: 'c', fromMs: 0, toMs: 1 }, true],
  ['a calendar without end', { calendarId: 'c', fromMs: 0 }, false],
  ['a range without calendar', { fromMs: 0, toMs: 1 }, false],
])('isNarrow: %s', (_title, search, expected) => {
  expect(isNarrow({ ...anything, ...search })).toBe(expected);
});
