import { monthWindow } from './month.js';
import { OfferedMonth } from './offered-month.js';
import type { ClaimCount, OfferedSlot } from './slot-days.js';

const ZONE = 'Asia/Manila';
const WINDOW = monthWindow('2026-03', ZONE);
const FETCHED = new Date('2026-03-09T00:00:00Z');

function month(slots: OfferedSlot[], claims: ClaimCount[] = []): OfferedMonth {
  return new OfferedMonth('2026-03', ZONE, WINDOW, slots, claims, FETCHED);
}

function aSlot(start: string): OfferedSlot {
  return { startMs: Date.parse(start), endMs: Date.parse(start) + 1_800_000, seats: 1 };
}

describe('an offered month', () => {
  it('says none-offered only when nothing is left to show', () => {
    const offered = month([aSlot('2026-03-09T01:00:00Z')]);

    const before = JSON.parse(offered.json('live', FETCHED)) as unknown;
    const after = JSON.parse(offered.json('live', new Date('2026-03-09T01:00:00Z'))) as unknown;

    expect(before).toEqual({
      month: '2026-03',
      timezone: ZONE,
      days: [{ date: '2026-03-09', slots: [{ start: '2026-03-09T09:00:00+08:00', end: '2026-03-09T09:30:00+08:00', available: 1 }] }],
      freshness: { source: 'live', fetchedAt: '2026-03-09T08:00:00+08:00' },
      emptyReason: null,
    });
    expect(after).toMatchObject({ days: [], emptyReason: 'none-offered' });
  });

  it('is written once until the next slot begins', () => {
    const offered = month([aSlot('2026-03-09T01:00:00Z'), aSlot('2026-03-09T02:00:00Z')]);

    const first = offered.json('cache', FETCHED);
    const second = offered.json('cache', new Date('2026-03-09T00:59:59.999Z'));
    const third = offered.json('cache', new Date('2026-03-09T01:00:00Z'));

    expect(second).toBe(first);
    expect(third).not.toContain('09:00:00+08:00","end');
  });

  it('shows a held seat again the moment its hold ends, written or not', () => {
    const slot = aSlot('2026-03-09T01:00:00Z');
    const untilMs = FETCHED.getTime() + 300_000;
    const offered = month([slot, aSlot('2026-03-09T02:00:00Z')], [{ startMs: slot.startMs, seats: 1, untilMs }]);
    const startsAt = (ms: number): string[] =>
      [
        ...offered
          .wired('cache', new Date(ms))
          .bytes.toString('utf8')
          .matchAll(/"start":"[^T]+T(\d\d)/g),
      ].map(match => match[1] ?? '');

    const during = [startsAt(FETCHED.getTime()), startsAt(untilMs - 1)];
    const after = startsAt(untilMs);

    expect(during).toEqual([['10'], ['10']]);
    expect(after).toEqual(['09', '10']);
    expect(offered.upcoming(new Date(untilMs))).toHaveLength(2);
  });

  it('finds the slot at a start, claimed or not', () => {
    const slot = aSlot('2026-03-09T01:00:00Z');
    const offered = month([slot], [{ startMs: slot.startMs, seats: 1, untilMs: Infinity }]);

    expect(offered.find(new Date(slot.startMs))).toEqual(slot);
    expect(offered.find(new Date(slot.startMs + 1))).toBeNull();
    expect(offered.upcoming(FETCHED)).toEqual([]);
  });
});
