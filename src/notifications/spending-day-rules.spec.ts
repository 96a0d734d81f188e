import { spendingDay, untilNextDay } from './spending-day-rules.js';

const NIGHT = { from: '21:00', to: '07:00' };
const at = (iso: string): Date => new Date(iso);

describe('spendingDay', () => {
  it.each<[string, string, string, string]>([
    ['2026-10-01T00:00:00Z', 'Asia/Manila', '2026-10-01', '2026-10-02T00:00:00+08:00'],
    ['2026-10-01T15:59:59Z', 'Asia/Manila', '2026-10-01', '2026-10-02T00:00:00+08:00'],
    ['2026-10-01T16:00:00Z', 'Asia/Manila', '2026-10-02', '2026-10-03T00:00:00+08:00'],
    ['2026-10-25T00:30:00Z', 'Europe/London', '2026-10-25', '2026-10-26T00:00:00Z'],
    ['2026-03-29T00:30:00Z', 'Europe/London', '2026-03-29', '2026-03-30T00:00:00+01:00'],
    // Midnight is skipped: the day begins at 01:00.
    ['2018-11-03T12:00:00Z', 'America/Sao_Paulo', '2018-11-03', '2018-11-04T01:00:00-02:00'],
  ])('of %s in %s is %s and ends %s', (now, zone, day, endsAt) => {
    expect(spendingDay(at(now), zone)).toEqual({ day, endsAt: at(endsAt) });
  });
});

describe('untilNextDay', () => {
  it.each<[string, string | null, typeof NIGHT | null, string | null]>([
    ['the next day', '2026-10-05T09:00:00+08:00', null, '2026-10-02T00:00:00+08:00'],
    ['its morning, where there is a night', '2026-10-05T09:00:00+08:00', NIGHT, '2026-10-02T07:00:00+08:00'],
    ['its first minute, where the morning is too late', '2026-10-02T06:30:00+08:00', NIGHT, '2026-10-02T00:00:00+08:00'],
    ['the next day, where nobody knows the start', null, null, '2026-10-02T00:00:00+08:00'],
    ['never, where it begins today', '2026-10-01T18:00:00+08:00', NIGHT, null],
    ['never, where it begins with the next day', '2026-10-02T00:00:00+08:00', null, null],
  ])('is %s', (_, start, quietHours, until) => {
    const question = { start: start === null ? null : at(start), quietHours, zone: 'Asia/Manila', now: at('2026-10-01T12:00:00+08:00') };

    expect(untilNextDay(question)).toEqual(until === null ? null : at(until));
  });
});
