import type { FacilityStatus } from './facility.settings.js';
import { judgeHealth, type HealthCheckOutcome } from './health-check-rules.js';

const OUTCOMES: Record<string, HealthCheckOutcome> = {
  p: { kind: 'passed' },
  f: { kind: 'failed', code: 'upstream-timeout' },
  u: { kind: 'undecided' },
};

describe('A row of health checks (p: passed, f: failed, u: undecided)', () => {
  it.each<[string, FacilityStatus, FacilityStatus]>([
    ['p', 'live', 'live'],
    ['ff', 'live', 'live'],
    ['fff', 'live', 'degraded'],
    ['ffpff', 'live', 'live'],
    ['fufuf', 'live', 'degraded'],
    ['uuuuu', 'live', 'live'],
    ['fffp', 'live', 'degraded'],
    ['fffpp', 'live', 'live'],
    ['fffpfp', 'live', 'degraded'],
    ['fffpup', 'live', 'live'],
    ['fffpfpfpfpf', 'live', 'degraded'],
    ['pp', 'degraded', 'live'],
    ['ffffff', 'testing', 'testing'],
    ['pppp', 'inactive', 'inactive'],
  ])('%s of a facility that is %s: %s', (row, before, after) => {
    const end = [...row].reduce((health, letter) => judgeHealth(health, OUTCOMES[letter] ?? { kind: 'undecided' }), {
      status: before,
      streak: 0,
      nextInMs: 0,
    });

    expect(end.status).toBe(after);
  });

  it.each([
    ['live and well: a minute', 'live', 'p', 60_000],
    ['live and in doubt: sooner', 'live', 'f', 20_000],
    ['degraded: sooner', 'degraded', 'f', 20_000],
    ['degraded and perhaps back: sooner', 'degraded', 'p', 20_000],
    ['it asked not to be called: a minute', 'degraded', 'u', 60_000],
  ] as const)('is looked at again: %s', (_title, status, letter, nextInMs) => {
    expect(judgeHealth({ status, streak: 0 }, OUTCOMES[letter] ?? { kind: 'undecided' }).nextInMs).toBe(nextInMs);
  });
});
