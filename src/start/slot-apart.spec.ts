import { apart } from './slot-apart.js';

const slot = (start: string, end: string): { start: string; end: string } => ({
  start: `2026-10-05T${start}:00+08:00`,
  end: `2026-10-05T${end}:00+08:00`,
});

describe('apart', () => {
  it.each([
    ['nothing', [], []],
    ['all of what follows one upon the other', ['09:00-09:30', '09:30-10:00'], ['09:00-09:30', '09:30-10:00']],
    ['every second of what overlaps', ['09:00-09:30', '09:15-09:45', '09:30-10:00'], ['09:00-09:30', '09:30-10:00']],
    ['the first of two at the same time', ['09:00-09:30', '09:00-09:30'], ['09:00-09:30']],
  ])('keeps %s', (_what, given, kept) => {
    const read = (times: readonly string[]): unknown => times.map(time => slot(time.slice(0, 5), time.slice(6)));

    expect(apart(read(given) as { start: string; end: string }[])).toEqual(read(kept));
  });
});
