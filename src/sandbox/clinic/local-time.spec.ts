import { Temporal } from '../../common/temporal.js';
import { localDate, parseInstant, utcText, wallMomentMs, zonedText, zonedWriter } from './local-time.js';

describe('parseInstant', () => {
  it.each([
    ['2026-10-05T14:30:00+08:00', '2026-10-05T06:30:00.000Z'],
    ['2026-10-05T14:30:00+0800', '2026-10-05T06:30:00.000Z'],
    ['2026-10-05T14:30+08:00', '2026-10-05T06:30:00.000Z'],
    ['2026-10-05T06:30:00.250Z', '2026-10-05T06:30:00.250Z'],
    ['2026-11-01T01:30:00-05:00', '2026-11-01T06:30:00.000Z'],
  ])('reads %s', (text, expected) => {
    expect(utcText(parseInstant(text) ?? NaN)).toBe(expected);
  });

  it.each([
    '2026-10-05T14:30:00',
    '2026-10-05',
    '2026-02-30T10:00:00Z',
    '2026-10-05T24:30:00Z',
    '2026-10-05T14:30:00+08:00[Asia/Manila]',
    ' 2026-10-05T06:30:00Z',
    'tomorrow',
    '',
  ])('refuses "%s"', text => {
    expect(parseInstant(text)).toBeNull();
  });
});

describe('wallMomentMs', () => {
  it.each([
    ['an afternoon', '2026-10-05', '13:30', 'Asia/Manila', '2026-10-05T13:30:00+08:00'],
    ['midnight', '2026-10-05', '00:00', 'Asia/Manila', '2026-10-05T00:00:00+08:00'],
    ['the end of the day', '2026-10-05', '24:00', 'Asia/Manila', '2026-10-06T00:00:00+08:00'],
    ['a skipped time is the jump', '2027-03-14', '02:30', 'America/New_York', '2027-03-14T03:00:00-04:00'],
    ['before the jump', '2027-03-14', '01:59', 'America/New_York', '2027-03-14T01:59:00-05:00'],
    ['a time that occurs twice is the first', '2026-11-01', '01:30', 'America/New_York', '2026-11-01T01:30:00-04:00'],
    ['after the repeated hour', '2026-11-01', '02:00', 'America/New_York', '2026-11-01T02:00:00-05:00'],
    ['a midnight that is skipped', '2026-04-24', '00:00', 'Africa/Cairo', '2026-04-24T01:00:00+03:00'],
    ['the end of the day before it', '2026-04-23', '24:00', 'Africa/Cairo', '2026-04-24T01:00:00+03:00'],
    ['a jump of half an hour', '2026-10-04', '02:15', 'Australia/Lord_Howe', '2026-10-04T02:30:00+11:00'],
  ])('%s', (_title, date, wallTime, timezone, expected) => {
    expect(zonedText(wallMomentMs(Temporal.PlainDate.from(date), wallTime, timezone), timezone)).toBe(expected);
  });
});

describe('zonedWriter', () => {
  it.each(['Asia/Manila', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'UTC'])(
    'writes as zonedText does, all year, in %s',
    timezone => {
      const write = zonedWriter(timezone);
      const everySevenHours = Array.from({ length: 1300 }, (_, index) => Date.UTC(2026, 0, 1) + index * 7 * 3_600_000);

      const written = everySevenHours.map(write);

      expect(written).toEqual(everySevenHours.map(epochMs => zonedText(epochMs, timezone)));
    },
  );

  it('goes back in time as well', () => {
    const write = zonedWriter('America/New_York');

    const written = ['2026-11-01T06:30:00Z', '2026-11-01T05:30:00Z'].map(text => write(parseInstant(text) ?? NaN));

    expect(written).toEqual(['2026-11-01T01:30:00-05:00', '2026-11-01T01:30:00-04:00']);
  });
});

it('localDate is the date of the zone, not of UTC', () => {
  expect(localDate(Date.UTC(2026, 9, 4, 16, 0), 'Asia/Manila').toString()).toBe('2026-10-05');
  expect(localDate(Date.UTC(2026, 9, 5, 3, 59), 'America/New_York').toString()).toBe('2026-10-04');
});
