import { firstLook, isAbsenceProof, nextLook, waitBeforeRetry } from './retry-rules.js';

describe('waitBeforeRetry', () => {
  it.each([
    // tries, Retry-After, chance, milliseconds
    [1, null, 0.5, 5_000],
    [2, null, 0.5, 15_000],
    [3, null, 0.5, 30_000],
    [4, null, 0.5, 60_000],
    [100, null, 0.5, 60_000],
    [1, null, 0, 4_000],
    [1, null, 1, 6_000],
    [1, 120, 0.5, 120_000],
    [4, 1, 0.5, 60_000],
    [1, 86_400, 0.5, 3_600_000],
  ])('after %i tries, with Retry-After %p and chance %d, waits %i ms', (tries, retryAfter, chance, ms) => {
    expect(waitBeforeRetry(tries, retryAfter, chance)).toBe(ms);
  });
});

describe('a message of unknown outcome', () => {
  const TRIED = new Date('2026-03-09T01:00:00Z');
  const after = (seconds: number): Date => new Date(TRIED.getTime() + seconds * 1_000);

  it.each([
    [0, 30],
    [29, 30],
    [30, 30],
    [31, 31],
    [40_000, 40_000],
  ])('%i s after the try is looked for first %i s after it', (passed, first) => {
    expect(firstLook(TRIED, after(passed))).toEqual(after(first));
  });

  it.each([
    [0, 30],
    [29, 30],
    [30, 120],
    [120, 600],
    [600, 4_200],
    [82_800, 86_400],
    [82_801, null],
  ])('%i s after the try is looked for again %p s after it', (passed, next) => {
    expect(nextLook(TRIED, after(passed))).toEqual(next === null ? null : after(next));
  });

  it('is not believed to be absent while the list may lag', () => {
    expect(isAbsenceProof(TRIED, after(119))).toBe(false);
    expect(isAbsenceProof(TRIED, after(120))).toBe(true);
  });
});
