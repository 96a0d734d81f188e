import type { DriftKind, DriftRunStatus } from './drift-state.js';
import { notRepairableCode, problemOf, type Decision, type RepairAction } from './repair-rules.js';

let count = 0;
const decision = (kind: DriftKind, action: RepairAction, findingId = `f${count++}`): Decision => ({ findingId, kind, action });

describe('What a person decides in one call', () => {
  it.each<[string, Decision[], string | null, string | null]>([
    ['one move', [decision('moved', 'apply')], null, null],
    ['many of those', [decision('moved', 'apply'), decision('canceled-upstream', 'apply'), decision('unknown-here', 'apply')], null, null],
    ['the same twice', [decision('moved', 'apply', 'same'), decision('moved', 'dismiss', 'same')], null, 'finding-named-twice'],
    ['to cancel one that is not missing', [decision('moved', 'cancel')], 'why', 'action-not-allowed'],
    ['to keep one that is not missing', [decision('unknown-here', 'keep')], 'why', 'action-not-allowed'],
    ['to apply that one is missing', [decision('missing-upstream', 'apply')], 'why', 'action-not-allowed'],
    ['to dismiss that one is missing', [decision('missing-upstream', 'dismiss')], 'why', 'action-not-allowed'],
    ['to cancel a missing one', [decision('missing-upstream', 'cancel')], 'why', null],
    ['to keep a missing one', [decision('missing-upstream', 'keep')], 'why', null],
    ['to cancel a missing one without a reason', [decision('missing-upstream', 'cancel')], null, 'reason-missing'],
    ['to keep a missing one without a reason', [decision('missing-upstream', 'keep')], null, 'reason-missing'],
    ['two missing ones', [decision('missing-upstream', 'keep'), decision('missing-upstream', 'keep')], 'why', 'must-be-alone'],
    ['a missing one among others', [decision('moved', 'apply'), decision('missing-upstream', 'cancel')], 'why', 'must-be-alone'],
    ['a check-in', [decision('checked-in-upstream', 'apply')], null, null],
    ['a check-in among others', [decision('moved', 'apply'), decision('checked-in-upstream', 'apply')], null, 'must-be-alone'],
    ['one that stands again, among others', [decision('scheduled-upstream', 'apply'), decision('moved', 'apply')], null, 'must-be-alone'],
    ['to dismiss of all kinds', [decision('scheduled-upstream', 'dismiss'), decision('moved', 'dismiss')], null, null],
  ])('%s', (_what, decisions, reason, code) => {
    expect(problemOf(decisions, reason)?.code ?? null).toBe(code);
  });
});

describe('Whether what was found can be repaired', () => {
  it.each<[DriftRunStatus, string | null, string | null]>([
    ['succeeded', null, null],
    ['untrusted', 'list-empty', 'list-empty'],
    ['failed', 'upstream-timeout', 'upstream-timeout'],
    ['not-supported', null, 'not-supported'],
  ])('after a comparison that was %s (%s): %s', (status, code, expected) => {
    expect(notRepairableCode({ status, code })).toBe(expected);
  });

  it('not before the first has ended', () => {
    expect(notRepairableCode(null)).toBe('not-compared');
  });
});
