import { bookableWindow, isPastCutoff, type BookingPolicy } from './booking-policy.js';
import { zonedText } from './local-time.js';

const policy: BookingPolicy = { minNoticeMinutes: 60, maxDaysInAdvance: 1, rescheduleCutoffMinutes: 0, cancelCutoffMinutes: 0 };

describe('bookableWindow', () => {
  it('begins after the notice and ends with the last local day', () => {
    const window = bookableWindow(policy, Date.parse('2026-10-05T15:30:00Z'), 'Asia/Manila');

    expect(zonedText(window.earliestMs, 'Asia/Manila')).toBe('2026-10-06T00:30:00+08:00');
    expect(zonedText(window.endMs, 'Asia/Manila')).toBe('2026-10-07T00:00:00+08:00');
  });

  it('ends at a local midnight across a clock change', () => {
    const window = bookableWindow(policy, Date.parse('2026-10-31T12:00:00Z'), 'America/New_York');

    expect(zonedText(window.endMs, 'America/New_York')).toBe('2026-11-02T00:00:00-05:00');
  });
});

describe('isPastCutoff', () => {
  const start = Date.parse('2026-11-01T14:00:00Z');

  it.each([
    ['just in time', '2026-10-31T14:00:00.000Z', 1440, false],
    ['a moment late', '2026-10-31T14:00:00.001Z', 1440, true],
    ['24 h are 24 h though the clocks change in between', '2026-10-31T13:30:00Z', 1440, false],
    ['without a cutoff, until the start', '2026-11-01T14:00:00Z', 0, false],
    ['after the start', '2026-11-01T14:00:00.001Z', 0, true],
  ])('%s', (_title, now, cutoffMinutes, expected) => {
    expect(isPastCutoff(start, cutoffMinutes, Date.parse(now))).toBe(expected);
  });
});
