import { SmsBudget } from './sms-budget.js';

const DAY = '2026-10-01';

describe('SmsBudget', () => {
  it('has what is left for those that come first, and for a shorter one after a longer one', () => {
    const budget = new SmsBudget(DAY, 3);

    expect([budget.take(2), budget.take(2), budget.isSpent]).toEqual([{ day: DAY, segments: 2 }, false, false]);
    expect([budget.take(1), budget.isSpent, budget.take(1)]).toEqual([{ day: DAY, segments: 1 }, true, false]);
  });

  it.each([0, -5])('is spent with %i left', left => {
    expect(new SmsBudget(DAY, left).isSpent).toBe(true);
  });

  it('without a cap counts nothing', () => {
    const budget = new SmsBudget(DAY, null);

    expect([budget.take(1_000_000), budget.isSpent]).toEqual([null, false]);
  });
});
