import { readDate, readDateTime, readInstant, readTimeOfDay } from './date-time.js';

describe('readDateTime', () => {
  it.each([
    ['2026-03-09T09:30:00+08:00', '2026-03-09T01:30:00.000Z'],
    ['2026-03-09T09:30:00+0800', '2026-03-09T01:30:00.000Z'],
    ['2026-03-09T09:30+08', '2026-03-09T01:30:00.000Z'],
    ['2026-03-09T01:30:00Z', '2026-03-09T01:30:00.000Z'],
    ['2026-03-09t01:30:00.5z', '2026-03-09T01:30:00.500Z'],
    ['2026-03-09 01:30:00.123456789 Z', '2026-03-09T01:30:00.123Z'],
    ['2026-03-08T20:00:00-05:30', '2026-03-09T01:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(readInstant(text)?.toISOString()).toBe(instant);
  });

  it.each(['2026-03-09T13:05:00', '2026-03-09 13:05', '2026-03-09T13:05'])('%s names no offset', text => {
    expect(readDateTime(text)).toEqual({ localMs: Date.UTC(2026, 2, 9, 13, 5), offsetMs: null });
    expect(readInstant(text)).toBeNull();
  });

  it.each([
    '2026-02-30T09:30:00Z',
    '2026-13-01T09:30:00Z',
    '2026-03-09T24:00:00Z',
    '2026-03-09T09:60:00Z',
    '2026-03-09T09:30:00+19:00',
    '2026-03-09T09:30:00 PM',
    '2026-03-09T09:30:00Z junk',
    '2026-03-09',
    '09/03/2026 09:30',
    '1772998200',
    '',
    1772998200,
    null,
    undefined,
  ])('%s is none', text => {
    expect(readDateTime(text)).toBeNull();
  });
});

describe('readTimeOfDay and readDate', () => {
  it.each([
    ['00:00', 0],
    ['9:05', 32_700_000],
    ['09:05:00', 32_700_000],
    ['23:59:59', 86_399_000],
    ['24:00', null],
    ['1:30 PM', null],
    ['0930', null],
  ])('%s is %s ms after midnight', (text, ms) => {
    expect(readTimeOfDay(text)).toBe(ms);
  });

  it.each([
    ['2026-03-31', Date.UTC(2026, 2, 31)],
    ['2026-04-31', null],
    ['2026-3-1', null],
    ['01/02/2026', null],
  ])('%s is %s', (text, ms) => {
    expect(readDate(text)).toBe(ms);
  });
});
