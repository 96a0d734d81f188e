import { isWindowOpen } from './messenger-window.js';

describe('isWindowOpen', () => {
  const now = new Date('2026-03-10T01:00:00.000Z');

  it.each<[string, string | null, boolean]>([
    ['the person never wrote', null, false],
    ['a moment ago', '2026-03-10T00:59:59.999Z', true],
    ['just now', '2026-03-10T01:00:00.000Z', true],
    ["by the platform's clock, which is ahead", '2026-03-10T01:00:30.000Z', true],
    ['23 h 58 min 59.999 s ago', '2026-03-09T01:01:00.001Z', true],
    ['a minute short of 24 h ago: the sending and the clocks may take that', '2026-03-09T01:01:00.000Z', false],
    ['24 h ago', '2026-03-09T01:00:00.000Z', false],
    ['a month ago', '2026-02-10T01:00:00.000Z', false],
  ])('%s', (_when, lastInboundAt, isOpen) => {
    expect(isWindowOpen(lastInboundAt === null ? null : new Date(lastInboundAt), now)).toBe(isOpen);
  });
});
