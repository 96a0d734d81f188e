import { overlaps, peakOverlap, seatsLeft, type Interval } from './interval.js';

const at = (startMs: number, endMs: number): Interval => ({ startMs, endMs });

describe('overlaps', () => {
  it.each([
    ['the same', at(10, 20), at(10, 20), true],
    ['one inside the other', at(10, 20), at(12, 15), true],
    ['a shared end', at(10, 20), at(19, 30), true],
    ['adjacent, after', at(10, 20), at(20, 30), false],
    ['adjacent, before', at(10, 20), at(0, 10), false],
    ['apart', at(10, 20), at(40, 50), false],
    ['one without length', at(10, 20), at(10, 10), false],
  ])('%s', (_title, a, b, expected) => {
    expect(overlaps(a, b)).toBe(expected);
    expect(overlaps(b, a)).toBe(expected);
  });
});

describe('peakOverlap', () => {
  it.each([
    ['nobody', [], 0],
    ['two one after the other count once', [at(0, 15), at(15, 30)], 1],
    ['two at the same time count twice', [at(0, 20), at(10, 30)], 2],
    ['those outside do not count', [at(-10, 0), at(30, 40)], 0],
    ['one that began before and two inside', [at(-10, 12), at(5, 10), at(11, 30)], 2],
  ])('%s', (_title, others, expected) => {
    expect(peakOverlap(at(0, 30), others)).toBe(expected);
  });
});

describe('seatsLeft', () => {
  it.each([
    ['all, when nobody is booked', [], 3, 3],
    ['less those at the same time', [at(0, 30), at(0, 30)], 3, 1],
    ['none when full', [at(0, 30)], 1, 0],
    ['none when overbooked', [at(0, 30), at(0, 30)], 1, 0],
  ])('%s', (_title, booked, seats, expected) => {
    expect(seatsLeft(at(0, 30), booked, seats)).toBe(expected);
  });
});
