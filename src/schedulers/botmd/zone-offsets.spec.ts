import { readDateTime } from './date-time.js';
import { ZoneClock, monthBounds, readTimezone, writeDateTime } from './zone-offsets.js';

const instants = (local: string, zone: string): string[] =>
  new ZoneClock(zone).instantsOf(readDateTime(local)?.localMs ?? NaN).map(ms => new Date(ms).toISOString());

describe('ZoneClock', () => {
  it.each([
    ['2026-03-09T13:30', 'Asia/Manila', ['2026-03-09T05:30:00.000Z']],
    ['2026-03-09T00:00', 'Asia/Manila', ['2026-03-08T16:00:00.000Z']],
    ['2026-01-01T00:00', 'Asia/Manila', ['2025-12-31T16:00:00.000Z']],
    ['2026-12-31T23:59', 'America/New_York', ['2027-01-01T04:59:00.000Z']],
    ['2026-03-08T01:59', 'America/New_York', ['2026-03-08T06:59:00.000Z']],
    ['2026-03-08T02:00', 'America/New_York', []],
    ['2026-03-08T02:59', 'America/New_York', []],
    ['2026-03-08T03:00', 'America/New_York', ['2026-03-08T07:00:00.000Z']],
    ['2026-11-01T00:59', 'America/New_York', ['2026-11-01T04:59:00.000Z']],
    ['2026-11-01T01:00', 'America/New_York', ['2026-11-01T05:00:00.000Z', '2026-11-01T06:00:00.000Z']],
    ['2026-11-01T02:00', 'America/New_York', ['2026-11-01T07:00:00.000Z']],
    ['2026-10-04T02:15', 'Australia/Lord_Howe', []],
    ['2026-04-05T01:45', 'Australia/Lord_Howe', ['2026-04-04T14:45:00.000Z', '2026-04-04T15:15:00.000Z']],
    ['2011-12-30T12:00', 'Pacific/Apia', []],
    ['2026-03-09T09:30', 'Asia/Kathmandu', ['2026-03-09T03:45:00.000Z']],
  ])('%s in %s', (local, zone, expected) => {
    expect(instants(local, zone)).toEqual(expected);
  });
});

describe('monthBounds', () => {
  it('runs from midnight to midnight of the zone', () => {
    const bounds = monthBounds('2026-03', 'America/New_York');

    expect(new Date(bounds.fromMs).toISOString()).toBe('2026-03-01T05:00:00.000Z');
    expect(new Date(bounds.untilMs).toISOString()).toBe('2026-04-01T04:00:00.000Z');
  });
});

describe('writeDateTime', () => {
  it.each([
    ['2026-03-09T01:30:00Z', 'Asia/Manila', '2026-03-09T09:30:00+08:00'],
    ['2026-03-09T01:30:00.999Z', 'UTC', '2026-03-09T01:30:00+00:00'],
    ['2026-11-01T05:30:00Z', 'America/New_York', '2026-11-01T01:30:00-04:00'],
    ['2026-11-01T06:30:00Z', 'America/New_York', '2026-11-01T01:30:00-05:00'],
  ])('%s in %s', (instant, zone, written) => {
    expect(writeDateTime(new Date(instant), zone)).toBe(written);
  });
});

describe('readTimezone', () => {
  it.each([
    ['Asia/Manila', 'Asia/Manila'],
    ['asia/manila', 'Asia/Manila'],
    ['UTC', 'UTC'],
    ['+08:00', null],
    ['GMT+8', null],
    ['Asia/Manilla', null],
    ['', null],
  ])('%s is %s', (name, zone) => {
    expect(readTimezone(name)).toBe(zone);
  });
});
