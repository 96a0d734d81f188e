import { areTied, isEmpty, isPermanentIdOfAnother, keptOf, mergeObstacle } from './contact-merge-rules.js';
import type { Candidate, GivenPerson } from './contact-match.js';

const nobody = { name: null, dateOfBirth: null, phone: null, nationalId: null, patientId: null, temporaryPatientIds: [] };

function aContact(contactId: string, known: Partial<Candidate> = {}): Candidate {
  return { ...nobody, contactId, ...known };
}

describe('mergeObstacle', () => {
  it.each<[string | null, Partial<Candidate>, Partial<Candidate>]>([
    ['permanent-ids-differ', { patientId: 'P-1' }, { patientId: 'P-2' }],
    ['dates-of-birth-differ', { dateOfBirth: '1990-01-01' }, { dateOfBirth: '1990-01-02' }],
    ['national-ids-differ', { nationalId: 'N1111' }, { nationalId: 'N2222' }],
    ['permanent-ids-differ', { patientId: 'P-1', dateOfBirth: '1990-01-01' }, { patientId: 'P-2', dateOfBirth: '1990-01-02' }],
    [null, { patientId: 'P-1', dateOfBirth: '1990-01-01' }, { nationalId: 'N1111', dateOfBirth: '1990-01-01' }],
    [null, { name: 'Maria Santos', phone: '+639171234567' }, { name: 'Juan Cruz', phone: '+639180000000' }],
    [null, {}, {}],
  ])('is %s between %j and %j', (obstacle, one, other) => {
    expect(mergeObstacle(aContact('a', one), aContact('b', other))).toBe(obstacle);
    expect(mergeObstacle(aContact('b', other), aContact('a', one))).toBe(obstacle);
  });
});

function aPerson(told: Partial<GivenPerson>): GivenPerson {
  const nothing = { name: null, dateOfBirth: null, phone: null, nationalId: null };
  return { ...nothing, patientId: 'P-1', temporaryPatientId: null, ...told };
}

describe('areTied', () => {
  const PHONE = '+639171234567';
  const MARIA = { name: 'Maria Santos', phone: PHONE };

  it.each<[boolean, Partial<GivenPerson>, Partial<Candidate>, Partial<Candidate>]>([
    [true, { name: 'Maria Santos' }, {}, MARIA],
    [true, { temporaryPatientId: 'T-1' }, { temporaryPatientIds: ['T-0', 'T-1'] }, MARIA],
    [true, { temporaryPatientId: 'T-1' }, { temporaryPatientIds: ['T-1'], patientId: 'P-0' }, MARIA],
    [true, { patientId: 'P-0', temporaryPatientId: 'T-1' }, { patientId: 'P-0' }, { ...MARIA, temporaryPatientIds: ['T-1'] }],
    [true, MARIA, MARIA, MARIA],
    [true, { nationalId: 'N1111' }, { nationalId: 'N1111' }, MARIA],
    [true, { phone: PHONE, name: 'Maria Santos', dateOfBirth: '1990-01-01' }, { ...MARIA, dateOfBirth: '1990-01-01' }, MARIA],
    [true, { name: 'Maria Santos' }, MARIA, {}],
    [true, {}, MARIA, { temporaryPatientIds: ['T-1'] }],
    [true, {}, { ...MARIA, dateOfBirth: '1990-01-01' }, { ...MARIA, dateOfBirth: '1990-01-01' }],
    [true, {}, { name: 'Maria Santos', nationalId: 'N1111' }, { name: 'Maria S. Santos', nationalId: 'N1111' }],
    [false, {}, { ...MARIA, dateOfBirth: '1990-01-01' }, { ...MARIA, name: 'Juan Cruz', dateOfBirth: '1990-01-01' }],
    [false, {}, { ...MARIA, dateOfBirth: '1990-01-01' }, { ...MARIA, dateOfBirth: '1990-01-02' }],
    [false, {}, { ...MARIA, dateOfBirth: '1990-01-01', patientId: 'P-0' }, { ...MARIA, dateOfBirth: '1990-01-01' }],
    [false, {}, MARIA, MARIA],
    [false, { name: 'Maria Santos' }, MARIA, MARIA],
    [false, { name: 'Juan Cruz' }, MARIA, {}],
    [false, { name: 'Juan Cruz', temporaryPatientId: 'T-1' }, { ...MARIA, temporaryPatientIds: ['T-1'] }, MARIA],
    [false, { dateOfBirth: '1990-01-02' }, { dateOfBirth: '1990-01-01' }, {}],
    [false, {}, { ...MARIA, patientId: 'P-0' }, {}],
    [false, MARIA, { ...MARIA, patientId: 'P-0' }, MARIA],
    [false, {}, { temporaryPatientIds: ['T-0'] }, MARIA],
  ])('is %s: %j of an appointment of %j, with an id of %j', (expected, told, contact, other) => {
    expect(areTied(aPerson(told), aContact('a', contact), aContact('b', { patientId: 'P-1', ...other }))).toBe(expected);
  });
});

describe('isPermanentIdOfAnother', () => {
  const KNOWN = { name: 'Maria Santos', dateOfBirth: '1990-01-01', nationalId: 'N1111' };

  it.each<[boolean, Partial<GivenPerson>]>([
    [true, { dateOfBirth: '2020-05-05' }],
    [true, { nationalId: 'N2222', name: 'Maria Santos' }],
    [false, { name: 'Juan Cruz' }],
    [false, {}],
    [false, { patientId: null, dateOfBirth: '2020-05-05' }],
  ])('is %s of %j', (expected, told) => {
    expect(isPermanentIdOfAnother(aPerson(told), aContact('a', KNOWN))).toBe(expected);
  });
});

describe('keptOf', () => {
  it.each<[string, Partial<Candidate>, Partial<Candidate>, string]>([
    ['the one with a permanent id', { name: 'Maria Santos' }, { patientId: 'P-1' }, 'newer'],
    ['the one with a permanent id', { patientId: 'P-1' }, { name: 'Maria Santos' }, 'older'],
    ['the one of whom anything is known', {}, { name: 'Maria Santos' }, 'newer'],
    ['the older', { temporaryPatientIds: ['T-1'] }, { name: 'Maria Santos' }, 'older'],
    ['the older', {}, {}, 'older'],
  ])('keeps %s: %j, %j', (_, older, newer, kept) => {
    const [one, other] = [aContact('01-older', older), aContact('02-newer', newer)];

    expect(keptOf(one, other).kept.contactId).toContain(kept);
    expect(keptOf(other, one)).toEqual(keptOf(one, other));
    expect(keptOf(one, other).merged).not.toBe(keptOf(one, other).kept);
  });
});

describe('isEmpty', () => {
  it.each<[boolean, Partial<Candidate>]>([
    [true, {}],
    [false, { name: 'Maria Santos' }],
    [false, { dateOfBirth: '1990-01-01' }],
    [false, { phone: '+639171234567' }],
    [false, { nationalId: 'N1111' }],
    [false, { patientId: 'P-1' }],
    [false, { temporaryPatientIds: ['T-1'] }],
  ])('is %s for %j', (expected, known) => {
    expect(isEmpty(aContact('a', known))).toBe(expected);
  });
});
