import { isoInZone } from '../common/zoned-time.js';
import { LocalClock } from './local-clock.js';

describe('a local clock', () => {
  it.each([
    { zone: 'Asia/Manila', at: '2026-03-09T01:30:00Z', shown: '2026-03-09T09:30:00+08:00', what: 'the morning' },
    { zone: 'Asia/Manila', at: '2026-03-08T16:00:00Z', shown: '2026-03-09T00:00:00+08:00', what: 'midnight' },
    {
      zone: 'America/New_York',
      at: '2026-03-08T06:59:59Z',
      shown: '2026-03-08T01:59:59-05:00',
      what: 'the last second before the clock is set forward',
    },
    { zone: 'America/New_York', at: '2026-03-08T07:00:00Z', shown: '2026-03-08T03:00:00-04:00', what: 'the first after it' },
    { zone: 'America/New_York', at: '2026-11-01T05:30:00Z', shown: '2026-11-01T01:30:00-04:00', what: 'the first 01:30' },
    { zone: 'America/New_York', at: '2026-11-01T06:30:00Z', shown: '2026-11-01T01:30:00-05:00', what: 'the second 01:30' },
    { zone: 'Australia/Lord_Howe', at: '2026-04-04T14:45:00Z', shown: '2026-04-05T01:45:00+11:00', what: 'the first 01:45' },
    { zone: 'Australia/Lord_Howe', at: '2026-04-04T15:15:00Z', shown: '2026-04-05T01:45:00+10:30', what: 'the second 01:45' },
    { zone: 'Australia/Lord_Howe', at: '2026-10-03T15:30:00Z', shown: '2026-10-04T02:30:00+11:00', what: 'the half hour that is skipped' },
    { zone: 'Asia/Kathmandu', at: '2026-03-09T01:00:00Z', shown: '2026-03-09T06:45:00+05:45', what: 'a quarter of an hour' },
    { zone: 'UTC', at: '2026-12-31T23:59:59Z', shown: '2026-12-31T23:59:59+00:00', what: 'UTC' },
  ])('of $zone shows $what', ({ zone, at, shown }) => {
    expect(new LocalClock(zone).iso(Date.parse(at))).toBe(shown);
  });

  it.each(['America/New_York', 'Australia/Lord_Howe', 'Asia/Beirut', 'America/Santiago', 'Africa/Casablanca', 'Asia/Manila'])(
    'of %s agrees with isoInZone at every half hour of a year, whatever was asked for before',
    zone => {
      const clock = new LocalClock(zone);
      const instants = Array.from({ length: 365 * 48 }, (_, i) => Date.parse('2026-01-01T00:00:00Z') + i * 1_800_000);

      const forwards = instants.map(ms => clock.iso(ms));
      const backwards = instants.toReversed().map(ms => clock.iso(ms));

      expect(forwards).toEqual(instants.map(ms => isoInZone(new Date(ms), zone)));
      expect(backwards).toEqual(forwards.toReversed());
    },
  );
});
