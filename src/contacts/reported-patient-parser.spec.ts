import { readReportedPatient } from './reported-patient-parser.js';
import type { ReportedPatient } from './reported-patient.js';

const nothing: ReportedPatient = {
  patientId: null,
  temporaryPatientId: null,
  name: null,
  dateOfBirth: null,
  phone: null,
  email: null,
  gender: null,
  nationalId: null,
};

function read(patient: Partial<ReportedPatient>): ReturnType<typeof readReportedPatient> {
  return readReportedPatient({ ...nothing, ...patient }, { country: 'PH', today: '2026-03-10' });
}

describe('readReportedPatient', () => {
  it.each<[keyof ReportedPatient, string, string | null]>([
    ['name', '  Maria \t Santos\n', 'Maria Santos'],
    ['name', 'Maria\u0000Santos', 'Maria Santos'],
    ['name', 'x'.repeat(300), 'x'.repeat(200)],
    ['name', ' \u0000 ', null],
    ['dateOfBirth', '1990-04-23', '1990-04-23'],
    ['dateOfBirth', '2026-03-10', '2026-03-10'],
    ['dateOfBirth', '2026-03-11', null],
    ['dateOfBirth', '1900-01-01', '1900-01-01'],
    ['dateOfBirth', '1899-12-31', null],
    ['dateOfBirth', '2025-02-29', null],
    ['dateOfBirth', '01/02/1990', null],
    ['phone', '0917 123 4567', '+639171234567'],
    ['phone', 'ask my wife', null],
    ['phone', '', null],
    ['email', ' Maria@Example.ORG ', 'maria@example.org'],
    ['email', 'n/a', null],
    ['email', `${'x'.repeat(300)}@example.org`, null],
    ['gender', 'Female', 'female'],
    ['gender', 'F', null],
    ['nationalId', ' AB-123456 ', 'AB-123456'],
    ['nationalId', 'N/A', null],
    ['nationalId', '0000', null],
    ['nationalId', '1'.repeat(65), null],
  ])('reads the %s %j as %j', (field, told, expected) => {
    expect(read({ [field]: told }).details).toMatchObject({ [field]: expected });
  });

  it.each([
    [' P-1 ', 'P-1'],
    ['', null],
    ['P\u00001', null],
    ['\ud800', null],
    ['x'.repeat(201), null],
  ])('reads the id %j as %j', (told, expected) => {
    expect(read({ patientId: told, temporaryPatientId: told })).toMatchObject({ patientId: expected, temporaryPatientId: expected });
  });

  it.each([
    ['0917 123 4567', '0917 123 4567'],
    ['ask  my wife', 'ask my wife'],
    [' ', null],
    ['9'.repeat(100_000), '9'.repeat(50)],
  ])('keeps a phone as it was given: %j', (told, expected) => {
    expect(read({ phone: told }).details.rawPhone).toBe(expected);
  });
});
