import { Temporal } from './temporal.js';
import { isoInZone } from './zoned-time.js';

describe('isoInZone', () => {
  it.each([
    ['2026-03-09T01:30:00Z', 'Asia/Manila', '2026-03-09T09:30:00+08:00'],
    ['2026-03-08T16:00:00Z', 'Asia/Manila', '2026-03-09T00:00:00+08:00'],
    ['2026-03-09T01:30:00.250Z', 'Asia/Manila', '2026-03-09T09:30:00.250+08:00'],
    ['2026-03-09T01:30:00Z', 'UTC', '2026-03-09T01:30:00+00:00'],
    ['2026-03-09T01:30:00Z', 'Asia/Kolkata', '2026-03-09T07:00:00+05:30'],
    ['2026-03-09T01:30:00Z', 'Asia/Kathmandu', '2026-03-09T07:15:00+05:45'],
    ['2026-07-01T12:00:00Z', 'America/St_Johns', '2026-07-01T09:30:00-02:30'],
    // Daylight saving begins in New York: 02:00 becomes 03:00.
    ['2026-03-08T06:59:59.999Z', 'America/New_York', '2026-03-08T01:59:59.999-05:00'],
    ['2026-03-08T07:00:00Z', 'America/New_York', '2026-03-08T03:00:00-04:00'],
    // And ends: 01:30 comes twice.
    ['2026-11-01T05:30:00Z', 'America/New_York', '2026-11-01T01:30:00-04:00'],
    ['2026-11-01T06:30:00Z', 'America/New_York', '2026-11-01T01:30:00-05:00'],
    // Lord Howe moves by half an hour, at half past an hour of UTC.
    ['2026-04-04T14:59:59Z', 'Australia/Lord_Howe', '2026-04-05T01:59:59+11:00'],
    ['2026-04-04T15:00:00Z', 'Australia/Lord_Howe', '2026-04-05T01:30:00+10:30'],
    ['2026-10-03T15:29:59Z', 'Australia/Lord_Howe', '2026-10-04T01:59:59+10:30'],
    ['2026-10-03T15:30:00Z', 'Australia/Lord_Howe', '2026-10-04T02:30:00+11:00'],
    // St. John's once changed a minute after midnight.
    ['2010-03-14T03:30:59Z', 'America/St_Johns', '2010-03-14T00:00:59-03:30'],
    ['2010-03-14T03:31:00Z', 'America/St_Johns', '2010-03-14T01:01:00-02:30'],
    // Samoa left out a day.
    ['2011-12-30T09:59:59Z', 'Pacific/Apia', '2011-12-29T23:59:59-10:00'],
    ['2011-12-30T10:00:00Z', 'Pacific/Apia', '2011-12-31T00:00:00+14:00'],
  ])('writes %s in %s as %s', (instant, timezone, expected) => {
    expect(isoInZone(new Date(instant), timezone)).toBe(expected);
  });

  it('names the same instant, also where the local mean time had seconds', () => {
    const instant = new Date('1885-01-01T00:00:00Z');

    const text = isoInZone(instant, 'Asia/Manila');

    expect(Temporal.Instant.from(text).epochMilliseconds).toBe(instant.getTime());
  });

  it('answers the same from its cache, whatever was asked before', () => {
    const instants = Array.from({ length: 2_000 }, (_, i) => new Date(Date.UTC(2026, 0, 1) + i * 4.5 * 3_600_000));
    const expected = instants.map(i =>
      Temporal.Instant.fromEpochMilliseconds(i.getTime()).toZonedDateTimeISO('Europe/London').toString({ timeZoneName: 'never' }),
    );

    expect(instants.map(i => isoInZone(i, 'Europe/London'))).toEqual(expected);
    expect(instants.toReversed().map(i => isoInZone(i, 'Europe/London'))).toEqual(expected.toReversed());
  });

  it.each(['Mars/Phobos', ''])('refuses %j, which is no zone', timezone => {
    expect(() => isoInZone(new Date('2026-03-09T01:30:00Z'), timezone)).toThrow(expect.objectContaining({ name: 'RangeError' }));
  });
});
