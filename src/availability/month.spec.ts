import { isPastMonth, monthOf, monthWindow, nextMonth } from './month.js';

describe('a month', () => {
  it.each([
    { month: '2026-03', zone: 'Asia/Manila', from: '2026-02-28T16:00:00Z', until: '2026-03-31T16:00:00Z', what: 'without daylight saving' },
    { month: '2026-03', zone: 'America/New_York', from: '2026-03-01T05:00:00Z', until: '2026-04-01T04:00:00Z', what: 'an hour short' },
    { month: '2026-11', zone: 'America/New_York', from: '2026-11-01T04:00:00Z', until: '2026-12-01T05:00:00Z', what: 'an hour long' },
    {
      month: '2026-04',
      zone: 'Australia/Lord_Howe',
      from: '2026-03-31T13:00:00Z',
      until: '2026-04-30T13:30:00Z',
      what: 'half an hour long',
    },
    {
      month: '2026-10',
      zone: 'Australia/Lord_Howe',
      from: '2026-09-30T13:30:00Z',
      until: '2026-10-31T13:00:00Z',
      what: 'half an hour short',
    },
    { month: '2026-12', zone: 'UTC', from: '2026-12-01T00:00:00Z', until: '2027-01-01T00:00:00Z', what: 'over New Year' },
  ])('of $zone, $month ($what), runs from its first local midnight to that of the next', ({ month, zone, from, until }) => {
    const window = monthWindow(month, zone);

    expect(window).toEqual({ fromMs: Date.parse(from), untilMs: Date.parse(until) });
  });

  it.each([
    { at: '2026-03-31T15:59:59Z', zone: 'Asia/Manila', month: '2026-03', isPast: false },
    { at: '2026-03-31T16:00:00Z', zone: 'Asia/Manila', month: '2026-03', isPast: true },
    { at: '2026-04-01T03:59:59Z', zone: 'America/New_York', month: '2026-03', isPast: false },
    { at: '2026-04-01T04:00:00Z', zone: 'America/New_York', month: '2026-03', isPast: true },
    { at: '2026-04-01T04:00:00Z', zone: 'America/New_York', month: '2027-01', isPast: false },
  ])('is past by the calendar of its zone: $month at $at in $zone: $isPast', ({ at, zone, month, isPast }) => {
    expect(isPastMonth(month, zone, new Date(at))).toBe(isPast);
  });

  it.each([
    { at: '2026-03-31T15:59:59.999Z', zone: 'Asia/Manila', month: '2026-03' },
    { at: '2026-03-31T16:00:00Z', zone: 'Asia/Manila', month: '2026-04' },
    { at: '2026-01-01T04:59:59Z', zone: 'America/New_York', month: '2025-12' },
    { at: '2026-10-31T12:59:59Z', zone: 'Australia/Lord_Howe', month: '2026-10' },
    { at: '2026-10-31T13:00:00Z', zone: 'Australia/Lord_Howe', month: '2026-11' },
  ])('holds an instant by the local date: $at in $zone is in $month', ({ at, zone, month }) => {
    expect(monthOf(new Date(at), zone)).toBe(month);
  });

  it.each([
    { month: '2026-03', next: '2026-04' },
    { month: '2026-12', next: '2027-01' },
  ])('$month is followed by $next', ({ month, next }) => {
    expect(nextMonth(month)).toBe(next);
  });
});
