import { quietUntil, sendTime, type SendTimeQuestion } from './quiet-hours.js';

const NIGHT = { from: '21:00', to: '07:00' };
const at = (iso: string): Date => new Date(iso);

describe('quiet hours', () => {
  it.each([
    // hours, zone, now, the end
    [NIGHT, 'Asia/Manila', '2026-03-09T20:59:59+08:00', null],
    [NIGHT, 'Asia/Manila', '2026-03-09T21:00:00+08:00', '2026-03-10T07:00:00+08:00'],
    [NIGHT, 'Asia/Manila', '2026-03-09T23:59:59+08:00', '2026-03-10T07:00:00+08:00'],
    [NIGHT, 'Asia/Manila', '2026-03-10T00:00:00+08:00', '2026-03-10T07:00:00+08:00'],
    [NIGHT, 'Asia/Manila', '2026-03-10T06:59:59+08:00', '2026-03-10T07:00:00+08:00'],
    [NIGHT, 'Asia/Manila', '2026-03-10T07:00:00+08:00', null],
    [NIGHT, 'Asia/Manila', '2026-12-31T22:00:00+08:00', '2027-01-01T07:00:00+08:00'],
    [{ from: '12:00', to: '14:00' }, 'Asia/Manila', '2026-03-09T13:00:00+08:00', '2026-03-09T14:00:00+08:00'],
    [{ from: '12:00', to: '14:00' }, 'Asia/Manila', '2026-03-09T11:59:00+08:00', null],
    [{ from: '12:00', to: '14:00' }, 'Asia/Manila', '2026-03-09T14:00:00+08:00', null],
    // The night on which clocks go forward is an hour shorter, the one on which they go back an hour longer.
    [NIGHT, 'Europe/Berlin', '2026-03-28T22:00:00+01:00', '2026-03-29T07:00:00+02:00'],
    [NIGHT, 'Europe/Berlin', '2026-10-24T22:00:00+02:00', '2026-10-25T07:00:00+01:00'],
    // 02:30 does not exist on that day: the hour is over when it would have been.
    [{ from: '22:00', to: '02:30' }, 'Europe/Berlin', '2026-03-28T23:00:00+01:00', '2026-03-29T03:30:00+02:00'],
  ])('%p in %s at %s end at %s', (hours, zone, now, end) => {
    expect(quietUntil(hours, zone, at(now))?.toISOString() ?? null).toBe(end === null ? null : at(end).toISOString());
  });
});

describe('sendTime', () => {
  const question = (overrides: Partial<SendTimeQuestion>): SendTimeQuestion => ({
    source: 'staff',
    start: at('2026-03-20T09:00:00+08:00'),
    quietHours: NIGHT,
    zone: 'Asia/Manila',
    now: at('2026-03-09T22:00:00+08:00'),
    ...overrides,
  });

  it.each<[string, Partial<SendTimeQuestion>, string]>([
    ['delays what staff did until the morning', {}, '2026-03-10T07:00:00+08:00'],
    ['delays a reminder likewise', { source: 'reminder' }, '2026-03-10T07:00:00+08:00'],
    ['answers the chat at once', { source: 'chat' }, '2026-03-09T22:00:00+08:00'],
    ['delays nothing where there are no quiet hours', { quietHours: null }, '2026-03-09T22:00:00+08:00'],
    ['delays nothing by day', { now: at('2026-03-09T12:00:00+08:00') }, '2026-03-09T12:00:00+08:00'],
    ['waits for the morning where the start is not known', { start: null }, '2026-03-10T07:00:00+08:00'],
    ['goes 12 h before the start at the latest', { start: at('2026-03-10T13:00:00+08:00') }, '2026-03-10T01:00:00+08:00'],
    ['goes at once where 12 h before the start is past', { start: at('2026-03-10T09:00:00+08:00') }, '2026-03-09T22:00:00+08:00'],
    ['goes in the morning where that is just 12 h before', { start: at('2026-03-10T19:00:00+08:00') }, '2026-03-10T07:00:00+08:00'],
  ])('%s', (_title, overrides, expected) => {
    expect(sendTime(question(overrides)).toISOString()).toBe(at(expected).toISOString());
  });
});
