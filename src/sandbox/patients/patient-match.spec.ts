import type { Patient, PatientDetails } from '../records/patient.js';
import { fillGaps, matchPatient, namesAgree } from './patient-match.js';

function details(some: Partial<PatientDetails> = {}): PatientDetails {
  return {
    patientId: null,
    temporaryPatientId: null,
    name: 'Test Maria Santos',
    dateOfBirth: null,
    phone: null,
    email: null,
    gender: null,
    nationalId: null,
    ...some,
  };
}

function aPatient(key: string, some: Partial<PatientDetails> = {}): Patient {
  return { ...details(some), key };
}

const byPhone = { phone: '+63 917 555 0101', dateOfBirth: '1990-02-01' };

describe('matchPatient', () => {
  it.each<[string, Partial<PatientDetails>, Patient[], string | null]>([
    ['nobody', { patientId: 'P1' }, [], null],
    ['the permanent id decides, whatever the name', { patientId: 'P1' }, [aPatient('a', { patientId: 'P1', name: 'Other' })], 'a'],
    ['the temporary id decides', { temporaryPatientId: 'T1' }, [aPatient('a', { temporaryPatientId: 'T1' })], 'a'],
    [
      'the permanent id goes before the temporary',
      { patientId: 'P1', temporaryPatientId: 'T2' },
      [aPatient('b', { temporaryPatientId: 'T2' }), aPatient('a', { patientId: 'P1' })],
      'a',
    ],
    ['the national id', { nationalId: 'N1' }, [aPatient('a', { nationalId: 'N1', dateOfBirth: '1990-02-01' })], 'a'],
    [
      'the national id with another date of birth is nobody',
      { nationalId: 'N1', dateOfBirth: '1991-01-01' },
      [aPatient('a', { nationalId: 'N1', dateOfBirth: '1990-02-01' })],
      null,
    ],
    ['phone and date of birth', { ...byPhone, phone: '+639175550101' }, [aPatient('a', byPhone)], 'a'],
    ['a phone alone is nobody', { phone: byPhone.phone }, [aPatient('a', byPhone)], null],
    ['twins: the one whose name agrees', byPhone, [aPatient('b', { ...byPhone, name: 'Test Ana Santos' }), aPatient('a', byPhone)], 'a'],
    ['two who fit are neither', byPhone, [aPatient('a', byPhone), aPatient('b', byPhone)], null],
    ['another national id is another person', { ...byPhone, nationalId: 'N1' }, [aPatient('a', { ...byPhone, nationalId: 'N2' })], null],
    ['two unknown ids are not the same id', {}, [aPatient('a')], null],
  ])('%s', (_title, given, candidates, expected) => {
    expect(matchPatient(details(given), candidates)?.key ?? null).toBe(expected);
  });
});

describe('namesAgree', () => {
  it.each([
    ['Maria Santos', 'maria  santos', true],
    ['Maria Santos', 'Santos, María', true],
    ['Maria Lopez Santos', 'Maria Santos', true],
    ['Maria Santos', 'Ana Santos', false],
    ['Maria', '', false],
    ['王小明', '王小明', true],
  ])('%s / %s: %s', (a, b, expected) => {
    expect(namesAgree(a, b)).toBe(expected);
    expect(namesAgree(b, a)).toBe(expected);
  });
});

it('fillGaps adds what was unknown and overwrites nothing', () => {
  const known = aPatient('a', { phone: '1', temporaryPatientId: 'T1' });

  const filled = fillGaps(known, details({ name: 'Other', phone: '2', email: 'test@example.org', patientId: 'P9' }));

  expect(filled).toEqual({ ...known, email: 'test@example.org' });
});
