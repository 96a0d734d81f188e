import type { GateNews } from '../schedulers/hospital-gates.js';
import { healthStatus, latest, mergedNews, type SeenHealth } from './facility-health-rules.js';

const NOW = new Date('2026-03-09T01:00:00Z');
const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);
const NOTHING: SeenHealth = { breaker: null, pausedUntil: null, lastSuccessAt: null, lastFailureAt: null };

it.each<[Partial<SeenHealth>, string]>([
  [{}, 'unknown'],
  [{ breaker: 'closed', lastSuccessAt: at(-1) }, 'up'],
  [{ lastSuccessAt: at(-1), lastFailureAt: at(-2) }, 'up'],
  [{ lastSuccessAt: at(-2), lastFailureAt: at(-1) }, 'failing'],
  [{ lastFailureAt: at(-1) }, 'failing'],
  [{ breaker: 'open', lastSuccessAt: at(-1), lastFailureAt: at(-2) }, 'away'],
  [{ breaker: 'half-open' }, 'away'],
  [{ breaker: 'open', pausedUntil: at(1) }, 'paused'],
  [{ breaker: 'closed', pausedUntil: at(0), lastSuccessAt: at(-1) }, 'up'],
])('A hospital with %j is %s', (seen, status) => {
  expect(healthStatus({ ...NOTHING, ...seen }, NOW)).toBe(status);
});

it.each([
  [[], null],
  [[null, null], null],
  [[at(1), null, at(3), at(2)], at(3)],
])('Of %j the last is %s', (times, last) => {
  expect(latest(times)).toEqual(last);
});

describe('News that come before they are written down', () => {
  const failure = (seconds: number): GateNews['failures'][number] => {
    return { at: at(seconds), call: 'book', code: 'upstream-timeout', httpStatus: null };
  };
  const news = (overrides: Partial<GateNews>): GateNews => ({ isStateNew: false, pausedUntil: null, failures: [], ...overrides });

  it('are joined', () => {
    const first = news({ isStateNew: true, pausedUntil: at(60), failures: [failure(1)] });

    const both = mergedNews(first, news({ pausedUntil: at(30), failures: [failure(2)] }));

    expect(both).toEqual({ isStateNew: true, pausedUntil: at(60), failures: [failure(1), failure(2)] });
    expect(mergedNews(undefined, first)).toEqual(first);
  });

  it('hold the ten newest failures', () => {
    let known = news({});
    for (let second = 1; second <= 12; second++) known = mergedNews(known, news({ failures: [failure(second)] }));

    expect(known.failures).toEqual(Array.from({ length: 10 }, (_, i) => failure(i + 3)));
  });
});
