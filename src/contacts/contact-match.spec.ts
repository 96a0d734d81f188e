import { matchContact, type Candidate, type ContactMatch, type GivenPerson } from './contact-match.js';

const PHONE = '+639171234567';
const nobody = { dateOfBirth: null, phone: null, nationalId: null, patientId: null };

function given(person: Partial<GivenPerson>): GivenPerson {
  return { ...nobody, name: 'Maria Santos', temporaryPatientId: null, ...person };
}

function known(contactId: string, person: Partial<Candidate>): Candidate {
  return { ...nobody, contactId, name: 'Maria Santos', temporaryPatientIds: [], ...person };
}

/** In a few words: the contact and the rule, with what must be reviewed; or why it is new. */
function inWords(match: ContactMatch): string {
  if (match.kind === 'new') return `new: ${match.reason}`;
  return `${match.contactId} by ${match.rule}${match.needsReview ? `, review: ${match.reviewReason}` : ''}`;
}

interface Case {
  what: string;
  person: Partial<GivenPerson>;
  among: Candidate[];
  means: string;
}

const BY_ID: Case[] = [
  { what: 'nobody known', person: { phone: PHONE }, among: [], means: 'new: no-match' },
  { what: 'the patient id', person: { patientId: 'P1' }, among: [known('a', { patientId: 'P1' })], means: 'a by patient-id' },
  {
    what: 'the patient id, whatever the phone',
    person: { patientId: 'P1', phone: '+639180000000' },
    among: [known('a', { patientId: 'P1', phone: PHONE })],
    means: 'a by patient-id',
  },
  {
    what: 'the patient id, another name',
    person: { patientId: 'P1', name: 'Juan Cruz' },
    among: [known('a', { patientId: 'P1' })],
    means: 'a by patient-id, review: name-differs',
  },
  {
    what: 'the patient id, another date of birth',
    person: { patientId: 'P1', dateOfBirth: '1990-01-02' },
    among: [known('a', { patientId: 'P1', dateOfBirth: '1990-01-01' })],
    means: 'a by patient-id, review: date-of-birth-differs',
  },
  {
    what: 'the patient id, another national id',
    person: { patientId: 'P1', nationalId: 'N2222' },
    among: [known('a', { patientId: 'P1', nationalId: 'N1111' }), known('b', { nationalId: 'N2222' })],
    means: 'a by patient-id, review: national-id-differs',
  },
  {
    what: 'the patient id without a name',
    person: { patientId: 'P1', name: null },
    among: [known('a', { patientId: 'P1' })],
    means: 'a by patient-id',
  },
  {
    what: 'the temporary id',
    person: { temporaryPatientId: 'T2' },
    among: [known('a', { temporaryPatientIds: ['T1', 'T2'] })],
    means: 'a by temporary-id',
  },
  {
    what: 'the temporary id, another name',
    person: { temporaryPatientId: 'T1', name: 'Juan Cruz' },
    among: [known('a', { temporaryPatientIds: ['T1'] })],
    means: 'a by temporary-id, review: name-differs',
  },
  {
    what: 'the temporary id, and the first permanent one',
    person: { patientId: 'P1', temporaryPatientId: 'T1' },
    among: [known('a', { temporaryPatientIds: ['T1'] })],
    means: 'a by temporary-id',
  },
  {
    what: 'the temporary id of one with another permanent id',
    person: { patientId: 'P2', temporaryPatientId: 'T1' },
    among: [known('a', { patientId: 'P1', temporaryPatientIds: ['T1'] })],
    means: 'new: no-match',
  },
  {
    what: 'a patient id and a temporary id of two contacts',
    person: { patientId: 'P1', temporaryPatientId: 'T1' },
    among: [known('b', { temporaryPatientIds: ['T1'] }), known('a', { patientId: 'P1' })],
    means: 'a by patient-id',
  },
];

const BY_NATIONAL_ID: Case[] = [
  { what: 'the national id', person: { nationalId: 'N1111' }, among: [known('a', { nationalId: 'N1111' })], means: 'a by national-id' },
  {
    what: 'the national id, another date of birth',
    person: { nationalId: 'N1111', dateOfBirth: '2019-01-01' },
    among: [known('a', { nationalId: 'N1111', dateOfBirth: '1990-01-01' })],
    means: 'new: no-match',
  },
  {
    what: 'the national id, another permanent id',
    person: { nationalId: 'N1111', patientId: 'P2' },
    among: [known('a', { nationalId: 'N1111', patientId: 'P1' })],
    means: 'new: no-match',
  },
  {
    what: 'the national id and the date of birth, a married name',
    person: { nationalId: 'N1111', dateOfBirth: '1990-01-01', name: 'Maria Reyes' },
    among: [known('a', { nationalId: 'N1111', dateOfBirth: '1990-01-01' })],
    means: 'a by national-id, review: name-differs',
  },
  {
    what: "the mother's national id given for her child",
    person: { nationalId: 'N1111', phone: PHONE, name: 'Ana Santos' },
    among: [known('a', { nationalId: 'N1111', phone: PHONE, dateOfBirth: '1990-01-01' })],
    means: 'new: no-match',
  },
  {
    what: 'one national id on two contacts',
    person: { nationalId: 'N1111' },
    among: [known('a', { nationalId: 'N1111', dateOfBirth: '1990-01-01' }), known('b', { nationalId: 'N1111', dateOfBirth: '1991-01-01' })],
    means: 'new: ambiguous',
  },
  {
    what: 'one national id on two contacts, of which one has the date of birth',
    person: { nationalId: 'N1111', dateOfBirth: '1990-01-01' },
    among: [known('b', { nationalId: 'N1111' }), known('a', { nationalId: 'N1111', dateOfBirth: '1990-01-01' })],
    means: 'a by national-id',
  },
];

const BY_PHONE: Case[] = [
  {
    what: 'phone and date of birth',
    person: { phone: PHONE, dateOfBirth: '1990-01-01', name: 'SANTOS, Maria T.' },
    among: [known('a', { phone: PHONE, dateOfBirth: '1990-01-01' })],
    means: 'a by phone-and-date-of-birth',
  },
  {
    what: 'twins',
    person: { phone: PHONE, dateOfBirth: '2015-01-01', name: 'Mario Santos' },
    among: [known('a', { phone: PHONE, dateOfBirth: '2015-01-01' })],
    means: 'new: no-match',
  },
  {
    what: 'twins with one first name, called by it',
    person: { phone: PHONE, dateOfBirth: '2015-01-01', name: 'Maria Santos' },
    among: [
      known('a', { phone: PHONE, dateOfBirth: '2015-01-01', name: 'Maria Ana Santos' }),
      known('b', { phone: PHONE, dateOfBirth: '2015-01-01', name: 'Maria Elena Santos' }),
    ],
    means: 'new: ambiguous',
  },
  {
    what: 'the same said again after that',
    person: { phone: PHONE, dateOfBirth: '2015-01-01', name: 'Maria Santos' },
    among: [
      known('a', { phone: PHONE, dateOfBirth: '2015-01-01', name: 'Maria Ana Santos' }),
      known('b', { phone: PHONE, dateOfBirth: '2015-01-01', name: 'Maria Elena Santos' }),
      known('c', { phone: PHONE, dateOfBirth: '2015-01-01', name: 'Maria Santos' }),
    ],
    means: 'c by phone-and-date-of-birth',
  },
  {
    what: 'a family on one phone',
    person: { phone: PHONE, name: 'Ana Santos' },
    among: [known('a', { phone: PHONE, name: 'Maria Santos' }), known('b', { phone: PHONE, name: 'Jose Santos' })],
    means: 'new: no-match',
  },
  {
    what: 'one of a family on one phone',
    person: { phone: PHONE, name: 'Ana Santos' },
    among: [
      known('a', { phone: PHONE, name: 'Maria Santos' }),
      known('b', { phone: PHONE, name: 'Ana Santos', dateOfBirth: '2015-01-01' }),
    ],
    means: 'b by phone-and-name',
  },
  {
    what: 'namesakes on two phones',
    person: { phone: PHONE, dateOfBirth: '1990-01-01' },
    among: [known('a', { phone: '+639180000000', dateOfBirth: '1990-01-01' })],
    means: 'new: no-match',
  },
  {
    what: 'phone and name, no date of birth at all',
    person: { phone: PHONE },
    among: [known('a', { phone: PHONE })],
    means: 'a by phone-and-name',
  },
  {
    what: 'phone and name, a date of birth given now',
    person: { phone: PHONE, dateOfBirth: '1990-01-01' },
    among: [known('a', { phone: PHONE })],
    means: 'a by phone-and-name',
  },
  {
    what: 'phone and name, another date of birth',
    person: { phone: PHONE, dateOfBirth: '1990-01-02' },
    among: [known('a', { phone: PHONE, dateOfBirth: '1990-01-01' })],
    means: 'new: no-match',
  },
  {
    what: 'phone and name, another national id',
    person: { phone: PHONE, nationalId: 'N2222' },
    among: [known('a', { phone: PHONE, nationalId: 'N1111' })],
    means: 'new: no-match',
  },
  {
    what: 'phone and name, another permanent id',
    person: { phone: PHONE, patientId: 'P2' },
    among: [known('a', { phone: PHONE, patientId: 'P1' })],
    means: 'new: no-match',
  },
  {
    what: 'phone and name, another temporary id',
    person: { phone: PHONE, temporaryPatientId: 'T2' },
    among: [known('a', { phone: PHONE, temporaryPatientIds: ['T1'] })],
    means: 'a by phone-and-name',
  },
  {
    what: 'mother and daughter of one name on one phone, without a date of birth',
    person: { phone: PHONE },
    among: [known('a', { phone: PHONE, dateOfBirth: '1960-01-01' }), known('b', { phone: PHONE, dateOfBirth: '1990-01-01' })],
    means: 'new: ambiguous',
  },
  {
    what: 'the same said again after that',
    person: { phone: PHONE },
    among: [
      known('a', { phone: PHONE, dateOfBirth: '1960-01-01' }),
      known('b', { phone: PHONE, dateOfBirth: '1990-01-01' }),
      known('c', { phone: PHONE }),
    ],
    means: 'c by phone-and-name',
  },
  {
    what: 'father and son',
    person: { phone: PHONE, name: 'Juan Cruz Jr.' },
    among: [known('a', { phone: PHONE, name: 'Juan Cruz' })],
    means: 'new: no-match',
  },
  {
    what: 'Jr. left out, the date of birth the same',
    person: { phone: PHONE, name: 'Juan Cruz', dateOfBirth: '1990-01-01' },
    among: [known('a', { phone: PHONE, name: 'Juan Cruz Jr.', dateOfBirth: '1990-01-01' })],
    means: 'a by phone-and-date-of-birth',
  },
  {
    what: 'a phone without a name',
    person: { phone: PHONE, dateOfBirth: '1990-01-01', name: null },
    among: [known('a', { phone: PHONE, dateOfBirth: '1990-01-01' })],
    means: 'new: no-match',
  },
  { what: 'a name alone', person: {}, among: [known('a', {})], means: 'new: no-match' },
];

const WITHOUT_A_NAME: Case[] = [
  {
    what: 'the temporary id of one without a name',
    person: { temporaryPatientId: 'T1' },
    among: [known('a', { name: null, temporaryPatientIds: ['T1'] })],
    means: 'a by temporary-id',
  },
  {
    what: 'the national id of one without a name',
    person: { nationalId: 'N1111' },
    among: [known('a', { name: null, nationalId: 'N1111' })],
    means: 'a by national-id',
  },
  {
    what: 'phone and date of birth of one without a name',
    person: { phone: PHONE, dateOfBirth: '1990-01-01' },
    among: [known('a', { name: null, phone: PHONE, dateOfBirth: '1990-01-01' })],
    means: 'new: no-match',
  },
  {
    what: 'phone and no name on either side',
    person: { name: null, phone: PHONE },
    among: [known('a', { name: null, phone: PHONE })],
    means: 'new: no-match',
  },
];

describe('matchContact', () => {
  describe.each([
    ["by the hospital's ids", BY_ID],
    ['by national id', BY_NATIONAL_ID],
    ['by phone', BY_PHONE],
    ['where no name is known', WITHOUT_A_NAME],
  ])('%s', (_, cases) => {
    it.each(cases)('$what → $means', ({ person, among, means }) => {
      expect(inWords(matchContact(given(person), among))).toBe(means);
      expect(inWords(matchContact(given(person), among.toReversed()))).toBe(means);
    });
  });
});
