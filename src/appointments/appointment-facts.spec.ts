import { differs, factsOnly, isSameTime, type AppointmentFacts, type FactValues } from './appointment-facts.js';

const NINE = new Date('2026-03-09T01:00:00Z');
const facts: AppointmentFacts = {
  status: 'SCHEDULED',
  startAt: NINE,
  calendarId: 'cal',
  appointmentTypeId: 'type',
  queueNumber: 'A-1',
  patientId: 'P1',
  temporaryPatientId: 'T1',
  needsReview: true,
  reviewReason: 'start-unknown',
  stamps: { status: { at: NINE.toISOString(), isApproximate: false, rank: 1, identity: 'id:1' } },
};
const others: FactValues = {
  status: 'SHOW',
  startAt: new Date(NINE.getTime() + 1),
  calendarId: 'other',
  appointmentTypeId: 'other',
  queueNumber: 'A-2',
  patientId: 'P2',
  temporaryPatientId: 'T2',
};
const FIELDS = Object.keys(others) as (keyof FactValues)[];

describe('differs', () => {
  it.each(FIELDS)('sees another %s', field => {
    expect(differs({ [field]: others[field] }, facts)).toBe(true);
    expect(differs({ ...facts, [field]: others[field] }, facts)).toBe(true);
  });

  it.each(FIELDS)('sees a %s where there was none, and none where there was one', field => {
    const without = { ...facts, [field]: null };

    expect(differs({ [field]: facts[field] }, without)).toBe(true);
    expect(differs({ [field]: null }, facts)).toBe(true);
    expect(differs({ [field]: null }, without)).toBe(false);
  });

  it.each(FIELDS)('takes the same %s for no difference', field => {
    expect(differs({ [field]: facts[field] }, facts)).toBe(false);
  });

  it('compares nothing that is not given', () => {
    expect(differs({}, facts)).toBe(false);
    expect(differs({ ...facts, startAt: new Date(NINE) }, facts)).toBe(false);
  });
});

describe('factsOnly', () => {
  it('takes the facts of a row, and nothing else of it', () => {
    expect(factsOnly({ ...facts, ...{ id: 'row', pendingChange: 'anything' } })).toEqual(facts);
  });

  it('gives stamps that may be changed', () => {
    const copy = factsOnly(facts);
    delete copy.stamps.status;

    expect(facts.stamps.status).toBeDefined();
  });
});

describe('isSameTime', () => {
  it.each<[Date | null, Date | null, boolean]>([
    [NINE, new Date(NINE), true],
    [null, null, true],
    [NINE, null, false],
    [null, NINE, false],
    [NINE, new Date(NINE.getTime() + 1), false],
  ])('%j and %j: %s', (a, b, expected) => {
    expect(isSameTime(a, b)).toBe(expected);
  });
});
