import { countsFrom, GO_LIVE_REQUIREMENTS, judgeStatus, missingOf, type WantedStatus } from './go-live-rules.js';

const EARLY = new Date('2026-10-01T00:00:00Z');
const LATE = new Date('2026-10-02T00:00:00Z');

describe('From when evidence counts', () => {
  it.each([
    ['a check: since the scheduler is what it is', 'connection-check', null, EARLY, EARLY],
    ['a webhook: likewise, also before testing', 'webhook', null, EARLY, EARLY],
    ['a booking: not before testing', 'booking', null, EARLY, null],
    ['a booking: since testing', 'booking', LATE, EARLY, LATE],
    ['a cancel: anew with another scheduler', 'cancel', EARLY, LATE, LATE],
  ] as const)('%s', (_title, requirement, testingSince, offersChangedAt, from) => {
    expect(countsFrom(requirement, { testingSince, offersChangedAt })).toEqual(from);
  });
});

it('What is missing is what has no evidence', () => {
  const judged = GO_LIVE_REQUIREMENTS.map(requirement => ({
    requirement,
    evidence: requirement === 'webhook' ? null : { at: EARLY, id: null },
  }));

  expect(missingOf(judged)).toEqual(['webhook']);
});

describe('A status', () => {
  const judge = (wanted: Partial<WantedStatus>): unknown =>
    judgeStatus({ from: 'testing', to: 'live', hasBeenLive: false, isByHand: false, missing: ['cancel'], ...wanted });

  it.each<[string, Partial<WantedStatus>, object]>([
    ['draft to testing, with nothing shown', { from: 'draft', to: 'testing' }, { kind: 'changed', reason: 'set' }],
    ['testing back to draft', { to: 'draft' }, { kind: 'changed', reason: 'set' }],
    ['live back to testing', { from: 'live', to: 'testing' }, { kind: 'changed', reason: 'set' }],
    ['off, from whatever it is', { from: 'degraded', to: 'inactive' }, { kind: 'changed', reason: 'set' }],
    ['live, with all shown', { missing: [] }, { kind: 'changed', reason: 'requirements-met' }],
    ['live, with something missing', {}, { kind: 'refused', missing: ['cancel'] }],
    ['live from draft, with something missing', { from: 'draft' }, { kind: 'refused', missing: ['cancel'] }],
    ['live by hand', { from: 'draft', isByHand: true }, { kind: 'changed', reason: 'set-by-hand' }],
    ['live again after it was off', { from: 'inactive', hasBeenLive: true }, { kind: 'changed', reason: 'reactivated' }],
    ['live after it was off and never live', { from: 'inactive' }, { kind: 'refused', missing: ['cancel'] }],
    ['live while degraded: the hub restores it', { from: 'degraded', hasBeenLive: true }, { kind: 'unchanged' }],
    ['live by hand while degraded', { from: 'degraded', isByHand: true }, { kind: 'changed', reason: 'set-by-hand' }],
    ['the same again', { from: 'live' }, { kind: 'unchanged' }],
  ])('%s', (_title, wanted, verdict) => {
    expect(judge(wanted)).toEqual(verdict);
  });
});
