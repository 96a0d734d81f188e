import {
  readDateOfBirth,
  readEmail,
  readEventId,
  readEventText,
  readExternalReference,
  readGender,
  readMoment,
  readOccurrence,
  readPersonName,
  readPhoneText,
} from './event-value-rules.js';

const NUL = '\u0000';
const LONE = '\ud800';
const RECEIVED = new Date('2026-03-09T01:00:00Z');

describe('an id', () => {
  it.each<[unknown, string | null]>([
    ['A-1', 'A-1'],
    [' A 1/2 ', 'A 1/2'],
    [42, '42'],
    [9_007_199_254_740_991, '9007199254740991'],
    [9_007_199_254_740_992, null],
    [1.5, null],
    [1e400, null],
    ['x'.repeat(200), 'x'.repeat(200)],
    ['x'.repeat(201), null],
    [`A${NUL}1`, null],
    [`${NUL}A1`, null],
    ['A\n1', null],
    ['A\u00851', null],
    [`A${LONE}`, null],
    ['..', null],
    [true, null],
    [{ id: 1 }, null],
    [['A1'], null],
  ])('%p is %p', (written, expected) => {
    expect(readEventId(written)).toBe(expected);
  });
});

describe('a text', () => {
  it.each<[unknown, string | null]>([
    ['  Test  M.\nSantos\t', 'Test M. Santos'],
    [`Ma${NUL}ria`, 'Maria'],
    [`Maria ${NUL} Santos`, 'Maria Santos'],
    [`Ma${LONE}ria`, 'Maria'],
    ['Maria 😀', 'Maria 😀'],
    [NUL, null],
    ['0123456789abcdef', '0123456789abcde'],
    ['0123456789abcd😀', '0123456789abcd'],
    ['0123456789abcd efgh', '0123456789abcd'],
    [12, '12'],
    [0, '0'],
    [1e400, null],
    [true, null],
    [{}, null],
    [[], null],
  ])('%p, of at most 15 characters, is %p', (written, expected) => {
    expect(readEventText(written, 15)).toBe(expected);
  });

  it('is no name where it is a number', () => {
    expect([readPersonName(12, 200), readPersonName('Test 12', 200)]).toEqual([null, 'Test 12']);
  });
});

describe('what is the patient’s', () => {
  it.each<[unknown, string | null]>([
    ['0917 555 0101', '0917 555 0101'],
    [639175550101, '639175550101'],
    [`0917${NUL}5550101`, '09175550101'],
    ['1'.repeat(50), '1'.repeat(50)],
    ['1'.repeat(51), null],
    [{}, null],
  ])('phone %p is %p', (written, expected) => {
    expect(readPhoneText(written)).toBe(expected);
  });

  it.each<[unknown, string | null]>([
    [' test.maria@example.org ', 'test.maria@example.org'],
    [`${'a'.repeat(242)}@example.org`, `${'a'.repeat(242)}@example.org`],
    [`${'a'.repeat(243)}@example.org`, null],
    ['none', null],
    ['a@b@c', null],
    [7, null],
  ])('email %p is %p', (written, expected) => {
    expect(readEmail(written)).toBe(expected);
  });

  it.each<[unknown, string | null]>([
    ['m', 'male'],
    ['MALE', 'male'],
    [' F ', 'female'],
    ['Female', 'female'],
    ['o', 'other'],
    ['Other', 'other'],
    ['U', 'unknown'],
    ['unknown', 'unknown'],
    ['constructor', null],
    ['1', null],
    [1, null],
  ])('gender %p is %p', (written, expected) => {
    expect(readGender(written)).toBe(expected);
  });

  it.each<[unknown, string | null]>([
    ['1990-02-01', '1990-02-01'],
    [' 1990-02-01 ', '1990-02-01'],
    ['2026-03-10', '2026-03-10'],
    ['2026-03-11', null],
    ['01/02/1990', null],
    ['1990-02-30', null],
    ['1990-2-1', null],
    ['1890-02-01', null],
    ['1990-02-01T00:00:00Z', null],
    [19900201, null],
  ])('date of birth %p is %p', (written, expected) => {
    expect(readDateOfBirth(written, RECEIVED)).toBe(expected);
  });

  it.each<[unknown, string | null]>([
    ['0199C0DE-0000-7000-8000-00000000000A', '0199c0de-0000-7000-8000-00000000000a'],
    ['REF-1', null],
    [7, null],
  ])('external reference %p is %p', (written, expected) => {
    expect(readExternalReference(written)).toBe(expected);
  });
});

describe('a date and time', () => {
  it.each<[string, unknown, string, string | null]>([
    ['with an offset', '2026-03-09T09:30:00+08:00', 'America/New_York', '2026-03-09T01:30:00.000Z'],
    ['with an offset without colon', '2026-03-09T09:30:00+0800', 'America/New_York', '2026-03-09T01:30:00.000Z'],
    ['in UTC, with milliseconds', '2026-03-09T01:30:00.250Z', 'Asia/Manila', '2026-03-09T01:30:00.250Z'],
    ['without offset', '2026-03-09T09:30', 'Asia/Manila', '2026-03-09T01:30:00.000Z'],
    ['without offset, with a blank', ' 2026-03-09 09:30:00 ', 'Asia/Manila', '2026-03-09T01:30:00.000Z'],
    ['at midnight before DST begins', '2026-03-08T00:00:00', 'America/New_York', '2026-03-08T05:00:00.000Z'],
    ['that DST skips: later by the hour', '2026-03-08T02:30:00', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    ['that DST doubles: the first', '2026-11-01T01:30:00', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['on a day that a zone skipped whole', '2011-12-30T12:00:00', 'Pacific/Apia', '2011-12-30T22:00:00.000Z'],
    ['of the first year', '1900-01-01T00:00:00Z', 'UTC', '1900-01-01T00:00:00.000Z'],
    ['of the last year', '2199-12-31T23:59:59Z', 'UTC', '2199-12-31T23:59:59.000Z'],
    ['of 1899', '1899-12-31T23:59:59Z', 'UTC', null],
    ['of 2200', '2200-01-01T00:00:00Z', 'UTC', null],
    ['of 2200 by its offset', '2199-12-31T23:59:59-08:00', 'UTC', null],
    ['of 9999', '9999-12-31T23:59:59', 'America/New_York', null],
    ['of year 0', '0000-00-00T00:00:00Z', 'UTC', null],
    ['of 30 February', '2026-02-30T09:30:00+08:00', 'UTC', null],
    ['without time', '2026-03-09', 'UTC', null],
    ['as others write it', '09/03/2026 09:30', 'UTC', null],
    ['that is none', 'tomorrow', 'UTC', null],
    ['as a number', 1773019800, 'UTC', null],
    ['in an object', { start: '2026-03-09T09:30:00+08:00' }, 'UTC', null],
  ])('%s', (_what, written, zone, expected) => {
    expect(readMoment(written, () => zone)?.toISOString() ?? null).toBe(expected);
  });

  it.each<[string, unknown, string | null]>([
    ['ISO', '2026-03-09T01:30:00Z', '2026-03-09T01:30:00.000Z'],
    ['local', '2026-03-09T09:30:00', '2026-03-09T01:30:00.000Z'],
    ['seconds', 1773019800, '2026-03-09T01:30:00.000Z'],
    ['seconds with a fraction', 1773019800.25, '2026-03-09T01:30:00.250Z'],
    ['seconds as digits', '1773019800', '2026-03-09T01:30:00.000Z'],
    ['milliseconds', 1773019800250, '2026-03-09T01:30:00.250Z'],
    ['milliseconds as digits', '1773019800250', '2026-03-09T01:30:00.250Z'],
    ['the first second of 2000', 946684800, '2000-01-01T00:00:00.000Z'],
    ['a second before 2000', 946684799, null],
    ['a date written as a number', 20260309, null],
    ['a date written as digits', '20260309', null],
    ['a date and time written as a number', 20260309093000, null],
    ['microseconds', 1773019800250000, null],
    ['0', 0, null],
    ['a negative number', -1, null],
    ['more than a number holds', 1e400, null],
    ['true', true, null],
    ['a word', 'now', null],
  ])('%s, of an occurrence', (_what, written, expected) => {
    expect(readOccurrence(written, () => 'Asia/Manila')?.toISOString() ?? null).toBe(expected);
  });
});
