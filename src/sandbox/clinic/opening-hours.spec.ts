import { Temporal } from '../../common/temporal.js';
import { zonedText } from './local-time.js';
import { slotsOfDay, type OpeningHours, type Weekday } from './opening-hours.js';

const EVERY_DAY: Weekday[] = [1, 2, 3, 4, 5, 6, 7];

function openAt(...periods: [from: string, to: string][]): OpeningHours {
  return { periods: periods.map(([from, to]) => ({ weekdays: EVERY_DAY, from, to })), holidays: [] };
}

function startsOf(hours: OpeningHours, date: string, timezone: string, durationMinutes: number, stepMinutes = durationMinutes): string[] {
  const slots = slotsOfDay(hours, Temporal.PlainDate.from(date), { timezone, durationMinutes, stepMinutes });
  return slots.map(slot => zonedText(slot.startMs, timezone).slice(11));
}

describe('slotsOfDay', () => {
  it('leaves the lunch break out', () => {
    expect(startsOf(openAt(['11:00', '12:00'], ['13:00', '14:00']), '2026-10-05', 'Asia/Manila', 30)).toEqual([
      '11:00:00+08:00',
      '11:30:00+08:00',
      '13:00:00+08:00',
      '13:30:00+08:00',
    ]);
  });

  it('ends with the last visit that fits before the close', () => {
    expect(startsOf(openAt(['16:00', '17:00']), '2026-10-05', 'Asia/Manila', 45, 15)).toEqual(['16:00:00+08:00', '16:15:00+08:00']);
  });

  it('reaches midnight, and begins at it', () => {
    expect(startsOf(openAt(['23:30', '24:00'], ['00:00', '00:30']), '2026-10-05', 'Asia/Manila', 30)).toEqual([
      '00:00:00+08:00',
      '23:30:00+08:00',
    ]);
  });

  it.each([
    ['nothing is open', openAt()],
    ['a visit is longer than the period', openAt(['09:00', '09:20'])],
    ['the period is empty', openAt(['09:00', '09:00'])],
    ['another weekday is open', { periods: [{ weekdays: [2 as const], from: '09:00', to: '12:00' }], holidays: [] }],
    ['it is a holiday every year', { ...openAt(['09:00', '12:00']), holidays: ['10-05'] }],
    ['it is closed this once', { ...openAt(['09:00', '12:00']), holidays: ['2026-10-05'] }],
  ])('is empty when %s', (_title, hours) => {
    expect(startsOf(hours, '2026-10-05', 'Asia/Manila', 30)).toEqual([]);
  });

  it('is open on a day that was closed in another year only', () => {
    expect(startsOf({ ...openAt(['09:00', '09:30']), holidays: ['2025-10-05'] }, '2026-10-05', 'Asia/Manila', 30)).toHaveLength(1);
  });

  it.each([
    [
      'has no slot in the skipped hour',
      '2027-03-14',
      ['01:00', '04:00'],
      ['01:00:00-05:00', '01:30:00-05:00', '03:00:00-04:00', '03:30:00-04:00'],
    ],
    ['opens at the jump when the opening is skipped', '2027-03-14', ['02:30', '04:00'], ['03:00:00-04:00', '03:30:00-04:00']],
    ['closes at the jump when the close is skipped', '2027-03-14', ['01:00', '02:30'], ['01:00:00-05:00', '01:30:00-05:00']],
    [
      'has the repeated hour twice',
      '2026-11-01',
      ['00:30', '02:30'],
      ['00:30:00-04:00', '01:00:00-04:00', '01:30:00-04:00', '01:00:00-05:00', '01:30:00-05:00', '02:00:00-05:00'],
    ],
    ['keeps its local hours after the change', '2026-11-02', ['13:00', '14:00'], ['13:00:00-05:00', '13:30:00-05:00']],
    ['keeps its local hours before the change', '2026-10-31', ['13:00', '14:00'], ['13:00:00-04:00', '13:30:00-04:00']],
  ])('on a day of a clock change: %s', (_title, date, [from = '', to = ''], expected) => {
    expect(startsOf(openAt([from, to]), date, 'America/New_York', 30)).toEqual(expected);
  });
});
