import { windowAt } from './drift-window-rules.js';
import { distrust, type ListSize, type TrustQuestion } from './list-trust-rules.js';

const TODAY = windowAt(new Date('2026-03-09T12:00:00Z'));
const YESTERDAY = windowAt(new Date('2026-03-08T12:00:00Z'));
/** Which yesterday's window had, and today's has no more. */
const PAST = '2026-03-07';
/** Likewise, which is new. */
const LAST = '2026-05-08';

const day = (count: number, of = '2026-03-12'): Record<string, number> => ({ [of]: count });

function question(listed: ListSize, before: ListSize | null, overrides: Partial<TrustQuestion> = {}): TrustQuestion {
  const last = before && { listed: before, window: YESTERDAY };
  return { listed, window: TODAY, before: last, known: 0, lacking: 0, isSmallerExpected: false, ...overrides };
}

describe('Whether a list can be relied on', () => {
  it.each<[string, ListSize, ListSize | null, string | null]>([
    ['the first one', { a: day(10) }, null, null],
    ['the first one, empty, of a hospital of which nothing is known', { a: {} }, null, null],
    ['as it was', { a: day(10) }, { a: day(10) }, null],
    ['larger', { a: day(20) }, { a: day(10) }, null],
    ['a fifth smaller', { a: day(8) }, { a: day(10) }, null],
    ['more than a fifth smaller', { a: day(79) }, { a: day(100) }, 'list-smaller'],
    ['a quarter smaller', { a: day(3) }, { a: day(4) }, 'list-smaller'],
    ['empty where there was one', { a: {} }, { a: day(1) }, 'list-empty'],
    ['empty where all was in the past', { a: {} }, { a: day(9, PAST) }, null],
    ['smaller by what is past', { a: day(5) }, { a: { ...day(5), ...day(9, PAST) } }, null],
    ['smaller, which new days at its end do not make good', { a: { ...day(5), ...day(5, LAST) } }, { a: day(10) }, 'list-smaller'],
    ['with one calendar emptied', { a: day(95), b: {} }, { a: day(95), b: day(5) }, 'list-empty'],
    ['with a calendar emptied that had a few', { a: day(95), b: {} }, { a: day(95), b: day(4) }, null],
    ['without a calendar that the hospital no longer has', { a: day(10) }, { a: day(10), b: day(90) }, null],
    ['with a calendar that is new', { a: day(10), b: {} }, { a: day(10) }, null],
    ['by moves to another day', { a: day(10, '2026-03-20') }, { a: day(10) }, null],
    ['by moves to another calendar', { a: day(6), b: day(14) }, { a: day(10), b: day(10) }, null],
  ])('%s', (_what, listed, before, code) => {
    expect(distrust(question(listed, before))).toBe(code);
  });

  it.each([
    [10, 2, null],
    [10, 3, 'list-lacks-known'],
    [1, 1, 'list-lacks-known'],
    [0, 0, null],
  ])('of %i known appointments it lacks %i: %s', (known, lacking, code) => {
    expect(distrust(question({ a: day(50) }, null, { known, lacking }))).toBe(code);
  });

  it('is empty where the hospital has confirmed appointments: not, however many others it has lost before', () => {
    expect(distrust(question({ a: {} }, null, { known: 1, lacking: 1 }))).toBe('list-empty');
  });

  it('is so when a person says that it is right', () => {
    expect(distrust(question({ a: {} }, { a: day(100) }, { known: 9, lacking: 9, isSmallerExpected: true }))).toBeNull();
  });
});
