import fc from 'fast-check';
import { SharedCount } from './shared-count.js';

const QUOTA = 5;
const WINDOW_MS = 10_000;
const aCount = (quota = QUOTA): SharedCount => new SharedCount({ name: 'api-key', quota, windowMs: WINDOW_MS });
const takeAll = (count: SharedCount, times: number, nowMs: number): number => {
  let taken = 0;
  for (let i = 0; i < times; i++) {
    if (count.left('k', nowMs) === 0) continue;
    count.take('k', nowMs);
    taken++;
  }
  return taken;
};

describe('A count that is shared', () => {
  it('has the quota for each key', () => {
    const count = aCount();

    expect(takeAll(count, 8, 0)).toBe(QUOTA);
    expect([count.left('k', 0), count.left('other', 0)]).toEqual([0, QUOTA]);
  });

  it('has it anew with the next window, and not before', () => {
    const count = aCount();
    takeAll(count, QUOTA, 3_000);

    expect([count.left('k', 9_999), count.left('k', 10_000)]).toEqual([0, QUOTA]);
  });

  it('tells what it has used, once', () => {
    const count = aCount();
    takeAll(count, 2, 0);
    const [untold] = count.untold(0);

    expect(count.untold(0)).toEqual([{ limit: 'api-key', key: 'k', windowStartMs: 0, used: 2 }]);
    if (untold) count.heard(untold, 2);
    expect(count.untold(0)).toEqual([]);
  });

  it('tells once more what it does not know to be told', () => {
    const count = aCount();
    takeAll(count, 2, 0);
    count.untold(0);
    takeAll(count, 1, 0);

    expect(count.untold(0)).toMatchObject([{ used: 3 }]);
  });

  it.each([
    ['nothing of the others', 2, 3],
    ['that they have used some', 4, 1],
    ['that they have used all', 9, 0],
  ])('hears %s', (_, total, left) => {
    const count = aCount();
    takeAll(count, 2, 0);
    for (const untold of count.untold(0)) count.heard(untold, total);

    expect(count.left('k', 0)).toBe(left);
  });

  it('goes on counting what it takes while it tells', () => {
    const count = aCount();
    takeAll(count, 1, 0);
    const untold = count.untold(0);
    takeAll(count, 1, 0);
    for (const told of untold) count.heard(told, 2);

    expect([count.left('k', 0), count.untold(0)]).toEqual([2, [expect.objectContaining({ used: 1 })]]);
  });

  it('believes nothing of a window that is over', () => {
    const count = aCount();
    takeAll(count, 2, 0);
    const untold = count.untold(0);
    takeAll(count, 1, WINDOW_MS);
    for (const told of untold) count.heard(told, 5);

    expect([count.left('k', WINDOW_MS), count.untold(WINDOW_MS)]).toEqual([QUOTA - 1, [expect.objectContaining({ used: 1 })]]);
  });
});

describe('The counts of several copies', () => {
  const INTERVAL_MS = 250;
  const arrival = fc.record({ atMs: fc.nat({ max: 3_000 }), copy: fc.nat({ max: 2 }), times: fc.integer({ min: 1, max: 4 }) });

  /** What three copies let through together when each exchanges every 250 ms, from a moment of its own. */
  function admitted(arrivals: readonly { atMs: number; copy: number; times: number }[], phases: readonly number[], quota: number): number {
    const copies = phases.map(() => aCount(quota));
    let total = 0;
    let database = 0;
    for (let nowMs = 0; nowMs <= 3_000; nowMs++) {
      for (const { copy, times } of arrivals.filter(({ atMs }) => atMs === nowMs))
        total += takeAll(copies[copy] ?? aCount(0), times, nowMs);
      copies.forEach((count, i) => {
        if (nowMs % INTERVAL_MS !== phases[i]) return;
        for (const untold of count.untold(nowMs)) {
          database += untold.used;
          count.heard(untold, database);
        }
      });
    }
    return total;
  }

  /** The most that arrives at one copy within so long. */
  function mostWithin(arrivals: readonly { atMs: number; copy: number; times: number }[], at: number, spanMs: number): number {
    const here = arrivals.filter(({ copy }) => copy === at);
    const sums = here.map(({ atMs }) =>
      here.filter(other => other.atMs >= atMs && other.atMs <= atMs + spanMs).reduce((sum, { times }) => sum + times, 0),
    );
    return Math.max(0, ...sums);
  }

  it('let through at most the quota and what each gets between two exchanges, and never more than the quota each', () => {
    const scenario = fc.record({
      arrivals: fc.array(arrival, { maxLength: 60 }),
      phases: fc.tuple(fc.nat({ max: 249 }), fc.nat({ max: 249 }), fc.nat({ max: 249 })),
      quota: fc.integer({ min: 1, max: 40 }),
    });

    fc.assert(
      fc.property(scenario, ({ arrivals, phases, quota }) => {
        const through = admitted(arrivals, phases, quota);
        const asked = arrivals.reduce((sum, { times }) => sum + times, 0);

        expect(through).toBeGreaterThanOrEqual(Math.min(quota, asked));
        expect(through).toBeLessThanOrEqual(quota + phases.reduce((sum, _, copy) => sum + mostWithin(arrivals, copy, INTERVAL_MS), 0));
        expect(through).toBeLessThanOrEqual(quota * phases.length);
      }),
      { numRuns: 1_000, seed: 16 },
    );
  });

  it('let through no more than the quota where one is asked after the other', () => {
    const arrivals = Array.from({ length: 30 }, (_, i) => ({ atMs: i * 100, copy: Math.floor(i / 10), times: 1 }));

    expect(admitted(arrivals, [0, 80, 160], 10)).toBeLessThanOrEqual(10 + 2 * 3);
  });
});
