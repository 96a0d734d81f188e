import { policyItem, secondsLeft, stateItem, windowStart } from './rate-window-rules.js';

const LIMIT = { name: 'api-key', quota: 1_000, windowMs: 10_000 };
const at = (iso: string): number => Date.parse(iso);

describe('A window', () => {
  it.each<[string, string, number]>([
    ['2026-10-01T00:00:00.000Z', '2026-10-01T00:00:00Z', 10],
    ['2026-10-01T00:00:00.001Z', '2026-10-01T00:00:00Z', 10],
    ['2026-10-01T00:00:05.000Z', '2026-10-01T00:00:00Z', 5],
    ['2026-10-01T00:00:09.001Z', '2026-10-01T00:00:00Z', 1],
    ['2026-10-01T00:00:09.999Z', '2026-10-01T00:00:00Z', 1],
    ['2026-10-01T00:00:10.000Z', '2026-10-01T00:00:10Z', 10],
    ['2026-10-01T23:59:59.500Z', '2026-10-01T23:59:50Z', 1],
  ])('of ten seconds at %s began at %s and has %i s left', (now, start, seconds) => {
    expect([windowStart(at(now), LIMIT), secondsLeft(at(now), LIMIT)]).toEqual([at(start), seconds]);
  });

  it('is told as the draft has it', () => {
    expect(policyItem({ name: 'dry-run', quota: 30, windowMs: 60_000 })).toBe('"dry-run";q=30;w=60');
    expect(stateItem(LIMIT, 7, at('2026-10-01T00:00:07.5Z'))).toBe('"api-key";r=7;t=3');
  });
});
