import { eventTime, heardBy } from './channel-event-rules.js';

const NOW = new Date('2026-10-01T00:00:00Z');

describe('eventTime', () => {
  it.each([
    ['long ago', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z'],
    ['now', '2026-10-01T00:00:00Z', '2026-10-01T00:00:00Z'],
    ['by a clock that is ahead', '2026-10-01T00:05:00Z', '2026-10-01T00:00:00Z'],
    ['further ahead than clocks are', '2026-10-01T00:05:00.001Z', null],
  ])('takes an event of %s', (_, at, taken) => {
    expect(eventTime(new Date(at), NOW)).toEqual(taken === null ? null : new Date(taken));
  });
});

describe('heardBy', () => {
  it.each([
    ['inbound' as const, { inboundAt: NOW, optedOut: null }],
    ['opt-out' as const, { inboundAt: null, optedOut: { isOptedOut: true, at: NOW } }],
    ['opt-in' as const, { inboundAt: null, optedOut: { isOptedOut: false, at: NOW } }],
  ])('reads %s', (type, heard) => {
    expect(heardBy(type, NOW)).toEqual(heard);
  });
});
