import { LocalClock } from './local-clock.js';
import { monthWindow } from './month.js';
import { freeSlots, nextEndMs, slotDays, upcomingSlots, type ClaimCount, type OfferedSlot } from './slot-days.js';

const HALF_HOUR_MS = 1_800_000;

function aSlot(start: string, seats = 1, minutes = 30): OfferedSlot {
  const startMs = Date.parse(start);
  return { startMs, endMs: startMs + minutes * 60_000, seats };
}

function aClaim(start: string, seats = 1, until: string | null = null): ClaimCount {
  return { startMs: Date.parse(start), seats, untilMs: until === null ? Infinity : Date.parse(until) };
}

function starts(slots: readonly OfferedSlot[]): string[] {
  return slots.map(slot => new Date(slot.startMs).toISOString());
}

describe('free slots', () => {
  const march = monthWindow('2026-03', 'Asia/Manila');
  const nine = '2026-03-09T01:00:00.000Z';
  const now = new Date('2026-03-01T00:00:00Z');

  it.each([
    { seats: 1, claims: 0, left: [1] },
    { seats: 1, claims: 1, left: [] },
    { seats: 3, claims: 1, left: [2] },
    { seats: 3, claims: 3, left: [] },
    { seats: 2, claims: 3, left: [] },
  ])('of $seats seats and $claims claims leave $left', ({ seats, claims, left }) => {
    const free = freeSlots([aSlot(nine, seats)], [aClaim(nine, claims)], march, now);

    expect(free.map(slot => slot.seats)).toEqual(left);
  });

  it('lose a claim only at the very start it is for', () => {
    const free = freeSlots([aSlot(nine), aSlot('2026-03-09T01:30:00Z')], [aClaim(nine)], march, now);

    expect(starts(free)).toEqual(['2026-03-09T01:30:00.000Z']);
  });

  it.each([
    { start: '2026-02-28T15:59:59Z', isInside: false },
    { start: '2026-02-28T16:00:00Z', isInside: true },
    { start: '2026-03-31T15:30:00Z', isInside: true },
    { start: '2026-03-31T16:00:00Z', isInside: false },
  ])('of a month begin in it: $start is inside: $isInside', ({ start, isInside }) => {
    expect(freeSlots([aSlot(start)], [], march, now)).toHaveLength(isInside ? 1 : 0);
  });

  it('are in order of time, however the hospital lists them', () => {
    const free = freeSlots([aSlot('2026-03-10T01:00:00Z'), aSlot(nine)], [], march, now);

    expect(starts(free)).toEqual([nine, '2026-03-10T01:00:00.000Z']);
  });

  it('are none where none is offered', () => {
    expect(freeSlots([], [aClaim(nine)], march, now)).toEqual([]);
  });
});

describe('held seats', () => {
  const march = monthWindow('2026-03', 'Asia/Manila');
  const nine = '2026-03-09T01:00:00.000Z';
  const [first, second] = ['2026-03-01T00:05:00.000Z', '2026-03-01T00:07:00.000Z'];
  const claims = [aClaim(nine), aClaim(nine, 1, second), aClaim(nine, 2, first)];

  it.each([
    { at: '2026-03-01T00:00:00.000Z', left: [1], next: first },
    { at: '2026-03-01T00:04:59.999Z', left: [1], next: first },
    { at: first, left: [3], next: second },
    { at: '2026-03-01T00:06:59.999Z', left: [3], next: second },
    { at: second, left: [4], next: null },
  ])('are taken until their hold ends: at $at $left are left, and it next changes at $next', ({ at, left, next }) => {
    const now = new Date(at);

    expect(freeSlots([aSlot(nine, 5)], claims, march, now).map(slot => slot.seats)).toEqual(left);
    expect(nextEndMs(claims, now)).toBe(next === null ? Infinity : Date.parse(next));
  });

  it('end never where there are none', () => {
    expect(nextEndMs([], new Date(first))).toBe(Infinity);
  });
});

describe('upcoming slots', () => {
  const day = [aSlot('2026-03-09T01:00:00Z'), aSlot('2026-03-09T01:30:00Z'), aSlot('2026-03-09T06:00:00Z')];

  it.each([
    { now: '2026-03-09T00:59:59.999Z', left: 3, what: 'just before the first' },
    { now: '2026-03-09T01:00:00Z', left: 2, what: 'as the first begins' },
    { now: '2026-03-09T05:00:00Z', left: 1, what: 'with the afternoon to come' },
    { now: '2026-03-09T06:00:00Z', left: 0, what: 'as the last begins' },
  ])('are $left $what', ({ now, left }) => {
    expect(upcomingSlots(day, new Date(now))).toHaveLength(left);
  });
});

describe('days of slots', () => {
  it('are the local dates, midnight belonging to the day it begins', () => {
    const slots = [aSlot('2026-03-09T15:30:00Z'), aSlot('2026-03-09T16:00:00Z'), aSlot('2026-03-10T06:00:00Z', 2)];

    expect(slotDays(slots, new LocalClock('Asia/Manila'))).toEqual([
      { date: '2026-03-09', slots: [{ start: '2026-03-09T23:30:00+08:00', end: '2026-03-10T00:00:00+08:00', available: 1 }] },
      {
        date: '2026-03-10',
        slots: [
          { start: '2026-03-10T00:00:00+08:00', end: '2026-03-10T00:30:00+08:00', available: 1 },
          { start: '2026-03-10T14:00:00+08:00', end: '2026-03-10T14:30:00+08:00', available: 2 },
        ],
      },
    ]);
  });

  it.each([
    {
      zone: 'America/New_York',
      what: 'skips an hour',
      from: '2026-03-08T06:30:00Z',
      shown: ['01:30:00-05:00', '03:00:00-04:00', '03:30:00-04:00'],
    },
    {
      zone: 'America/New_York',
      what: 'shows an hour twice',
      from: '2026-11-01T05:00:00Z',
      shown: ['01:00:00-04:00', '01:30:00-04:00', '01:00:00-05:00', '01:30:00-05:00', '02:00:00-05:00'],
    },
    {
      zone: 'Australia/Lord_Howe',
      what: 'skips half an hour',
      from: '2026-10-03T15:00:00Z',
      shown: ['01:30:00+10:30', '02:30:00+11:00', '03:00:00+11:00'],
    },
    {
      zone: 'Australia/Lord_Howe',
      what: 'shows half an hour twice',
      from: '2026-04-04T14:30:00Z',
      shown: ['01:30:00+11:00', '01:30:00+10:30', '02:00:00+10:30'],
    },
  ])('keep each slot of a day that $what in $zone', ({ zone, from, shown }) => {
    const slots = shown.map((_, i) => {
      const startMs = Date.parse(from) + i * HALF_HOUR_MS;
      return { startMs, endMs: startMs + HALF_HOUR_MS, seats: 1 };
    });

    const days = slotDays(slots, new LocalClock(zone));

    expect(days).toHaveLength(1);
    expect(days[0]?.slots.map(slot => slot.start.slice(11))).toEqual(shown);
  });

  it('are none without slots', () => {
    expect(slotDays([], new LocalClock('Asia/Manila'))).toEqual([]);
  });
});
