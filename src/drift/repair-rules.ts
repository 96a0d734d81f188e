import type { DriftKind, DriftRunStatus } from './drift-state.js';

/**
 * What a person decides about a finding. `apply`: here it shall be as the hospital has it. `dismiss`: it may stay so. Of one that is missing at
 * the hospital: `cancel` it here, or `keep` it.
 */
export const REPAIR_ACTIONS = ['apply', 'dismiss', 'cancel', 'keep'] as const;
export type RepairAction = (typeof REPAIR_ACTIONS)[number];

/** One decision, and what it is about. */
export interface Decision {
  findingId: string;
  kind: DriftKind;
  action: RepairAction;
}

/** What decisions of one call may not be. */
export type DecisionProblem = 'finding-named-twice' | 'action-not-allowed' | 'must-be-alone' | 'reason-missing';

/** What a machine may do with many at once: here the hospital's own list says what is so. */
const IN_BULK = new Set<DriftKind>(['moved', 'canceled-upstream', 'unknown-here']);

/** Why a call's decisions are refused, all of them; null: they are not. */
export function problemOf(decisions: readonly Decision[], reason: string | null): { code: DecisionProblem; findingId: string } | null {
  const ids = new Set<string>();
  for (const { findingId, kind, action } of decisions) {
    if (ids.has(findingId)) return { code: 'finding-named-twice', findingId };
    ids.add(findingId);
    const isMissing = kind === 'missing-upstream';
    if (isMissing !== (action === 'cancel' || action === 'keep')) return { code: 'action-not-allowed', findingId };
    if (isMissing && reason === null) return { code: 'reason-missing', findingId };
    const isAlone = decisions.length === 1;
    if (!isAlone && (isMissing || (action === 'apply' && !IN_BULK.has(kind)))) return { code: 'must-be-alone', findingId };
  }
  return null;
}

/** Whether the action changes an appointment. */
export function changesAppointment(action: RepairAction): boolean {
  return action === 'apply' || action === 'cancel';
}

/** Why what was found cannot be repaired now; null: it can. `run`: the last that has ended. */
export function notRepairableCode(run: { status: DriftRunStatus; code: string | null } | null): string | null {
  if (run === null) return 'not-compared';
  return run.status === 'succeeded' ? null : (run.code ?? run.status);
}
