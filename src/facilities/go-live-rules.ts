import type { FacilityStatus } from './facility.settings.js';

/** What a facility must have shown before it goes live. */
export const GO_LIVE_REQUIREMENTS = ['connection-check', 'webhook', 'booking', 'cancel'] as const;
export type GoLiveRequirement = (typeof GO_LIVE_REQUIREMENTS)[number];

/** That a requirement is met: when, and by which event or appointment (null: by the facility's own check). */
export interface GoLiveEvidence {
  at: Date;
  id: string | null;
}

/** A requirement with what meets it; null: nothing yet. */
export interface JudgedRequirement {
  requirement: GoLiveRequirement;
  evidence: GoLiveEvidence | null;
}

/** What a person is to do about a requirement that is not met. */
export const HOW_TO_MEET: Record<GoLiveRequirement, string> = {
  'connection-check': 'The last connection check with the present settings must have passed: POST …/connection-check.',
  webhook: "The hospital must have sent a webhook that was verified and not rejected: post one to the facility's webhook.url.",
  booking: 'An appointment must have been booked while testing, and the hospital have said yes: POST …/appointments.',
  cancel: 'An appointment must have been canceled while testing, and the hospital have said yes: PUT /appointments/{id}/cancel.',
};

export interface EvidenceTimes {
  /** When the facility was last set to testing; null: never. */
  testingSince: Date | null;
  /** Since when it has the scheduler it has. */
  offersChangedAt: Date;
}

/**
 * From when on what is seen counts for a requirement; null: nothing does. Another scheduler makes all begin anew; a booking and a cancel
 * are to be made in testing.
 */
export function countsFrom(requirement: GoLiveRequirement, { testingSince, offersChangedAt }: EvidenceTimes): Date | null {
  if (requirement === 'connection-check' || requirement === 'webhook') return offersChangedAt;
  return testingSince && testingSince < offersChangedAt ? offersChangedAt : testingSince;
}

export function missingOf(judged: readonly JudgedRequirement[]): GoLiveRequirement[] {
  return judged.filter(({ evidence }) => evidence === null).map(({ requirement }) => requirement);
}

export interface WantedStatus {
  from: FacilityStatus;
  to: Exclude<FacilityStatus, 'degraded'>;
  /** It was live at some time. */
  hasBeenLive: boolean;
  /** An admin vouches for it, with a reason. */
  isByHand: boolean;
  /** What it has not shown. */
  missing: readonly GoLiveRequirement[];
}

/**
 * - `unchanged`: it is so already; a degraded facility is live, only shown as ailing, and the hub restores it itself.
 * - `changed`: may be, for this reason.
 * - `refused`: it must show the rest first.
 */
export type StatusVerdict =
  | { kind: 'unchanged' }
  | { kind: 'changed'; reason: 'set' | 'set-by-hand' | 'requirements-met' | 'reactivated' }
  | { kind: 'refused'; missing: readonly GoLiveRequirement[] };

/** Only going live is guarded: back to draft or testing, or off, a facility may always be set. */
export function judgeStatus({ from, to, hasBeenLive, isByHand, missing }: WantedStatus): StatusVerdict {
  if (from === to) return { kind: 'unchanged' };
  if (to !== 'live') return { kind: 'changed', reason: 'set' };
  if (isByHand) return { kind: 'changed', reason: 'set-by-hand' };
  if (from === 'degraded') return { kind: 'unchanged' };
  if (from === 'inactive' && hasBeenLive) return { kind: 'changed', reason: 'reactivated' };
  return missing.length === 0 ? { kind: 'changed', reason: 'requirements-met' } : { kind: 'refused', missing };
}
