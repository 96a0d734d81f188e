import { dayOf, isWithin, windowAt } from './drift-window-rules.js';

describe('What is compared', () => {
  it.each([
    ['in the middle of a day', '2026-03-09T13:30:00Z'],
    ['at its first moment', '2026-03-09T00:00:00Z'],
    ['at its last', '2026-03-09T23:59:59.999Z'],
  ])('%s is whole days, from yesterday on', (_when, now) => {
    expect(windowAt(new Date(now))).toEqual({ from: new Date('2026-03-08T00:00:00Z'), to: new Date('2026-05-09T00:00:00Z') });
  });

  it.each([
    ['2026-03-07T23:59:59Z', false],
    ['2026-03-08T00:00:00Z', true],
    ['2026-05-08T23:59:59Z', true],
    ['2026-05-09T00:00:00Z', false],
  ])('%s is in it: %s', (start, expected) => {
    const window = windowAt(new Date('2026-03-09T13:30:00Z'));

    expect(isWithin(dayOf(new Date(start)), window)).toBe(expected);
  });
});
