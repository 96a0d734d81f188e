import { dateAndTime, hasDates } from './message-dates.js';

/** As a person sees it: whatever space ICU puts before AM and PM. */
const seen = (iso: string, zone: string, locale: string): string => {
  const { date, time } = dateAndTime(new Date(iso), zone, locale);
  return `${date} | ${time}`.replace(/\s/g, ' ');
};

describe('dateAndTime', () => {
  it.each([
    ['en', 'Monday, March 9, 2026 | 3:05 PM'],
    ['en-SG', 'Monday, 9 March 2026 | 3:05 pm'],
    ['fil', 'Lunes, Marso 9, 2026 | 3:05 PM'],
    ['id', 'Senin, 9 Maret 2026 | 15.05'],
    ['ms', 'Isnin, 9 Mac 2026 | 3:05 PTG'],
    ['zh-Hans', '2026年3月9日星期一 | 15:05'],
    ['vi', 'Thứ Hai, 9 tháng 3, 2026 | 15:05'],
  ])('writes an afternoon in %s', (locale, expected) => {
    expect(seen('2026-03-09T07:05:00Z', 'Asia/Manila', locale)).toBe(expected);
  });

  it.each([
    ['the evening of the day before in UTC', '2026-03-08T17:30:00Z', 'Asia/Manila', 'Monday, March 9, 2026 | 1:30 AM'],
    ['before the clocks go forward', '2026-03-08T06:59:00Z', 'America/New_York', 'Sunday, March 8, 2026 | 1:59 AM'],
    ['after the clocks went forward', '2026-03-08T07:00:00Z', 'America/New_York', 'Sunday, March 8, 2026 | 3:00 AM'],
    ['after the clocks went back', '2026-11-01T06:30:00Z', 'America/New_York', 'Sunday, November 1, 2026 | 1:30 AM'],
    ['half an hour of offset', '2026-03-09T04:00:00Z', 'Asia/Kolkata', 'Monday, March 9, 2026 | 9:30 AM'],
    ['noon', '2026-03-09T04:00:00Z', 'Asia/Manila', 'Monday, March 9, 2026 | 12:00 PM'],
  ])('shows the clocks of the place: %s', (_, iso, zone, expected) => {
    expect(seen(iso, zone, 'en')).toBe(expected);
  });

  it.each(['vi', 'zh-Hans'])('writes midnight as the beginning of a day in %s', locale => {
    expect(dateAndTime(new Date('2026-03-08T16:00:00Z'), 'Asia/Manila', locale).time).toBe('00:00');
  });

  it.each([
    ['th', true],
    ['fil-PH', true],
    ['tlh', false],
    ['und', false],
  ])('knows whether there are dates in %s', (locale, expected) => {
    expect(hasDates(locale)).toBe(expected);
  });
});
