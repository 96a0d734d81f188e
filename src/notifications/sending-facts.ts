import type { LedgerNeighbour, MadeAttempt } from './sending-facts.repository.js';
import { addressKey } from './channel-choice.js';
import type { LedgerRow, Neighbour } from './sending-rules.js';

/**
 * The other rows of the row's appointment, as the rule sees them. `inHand`: those that this process decides at the same moment; they
 * are in nobody else's way.
 */
export function neighboursOf(
  row: LedgerRow & { appointmentId: string },
  all: readonly LedgerNeighbour[],
  inHand: ReadonlySet<string>,
  now: Date,
): Neighbour[] {
  const others = all.filter(other => other.appointmentId === row.appointmentId && other.id !== row.id);
  return others.map(other => ({
    kind: other.kind,
    revision: other.revision,
    isInFlight: !inHand.has(other.id) && isInFlight(other, now) && (row.kind === 'reminder' || other.revision < row.revision),
    wasNeverSent: !other.mayHaveArrived,
  }));
}

/** One of unknown outcome is on its way no more: whoever waited for it would wait for a person. */
function isInFlight({ status, verdict, leaseUntil }: LedgerNeighbour, now: Date): boolean {
  return status === 'sending' && verdict !== 'outcome-unknown' && leaseUntil !== null && leaseUntil > now;
}

/** Addresses that refused the message, or could not deliver it, since it was last asked for. */
export function refusedBy(row: Pick<LedgerRow, 'triedSince'>, attempts: readonly MadeAttempt[]): Set<string> {
  const refused = attempts.filter(({ at, outcome, hasFailed }) => at >= row.triedSince && (outcome === 'refused' || hasFailed));
  return new Set(refused.map(({ channel, addressIndex }) => addressKey(channel, addressIndex)));
}

/** Since when the provider puts it off; null: it does not, or it was not tried yet. */
export function putOffSince(row: Pick<LedgerRow, 'triedSince'>, attempts: readonly MadeAttempt[]): Date | null {
  const made = attempts.filter(({ at }) => at >= row.triedSince);
  return made.at(-1)?.outcome === 'retry' ? (made[0]?.at ?? null) : null;
}

/** How often it was tried since then. */
export function triesOf(row: Pick<LedgerRow, 'triedSince'>, attempts: readonly MadeAttempt[]): number {
  return attempts.filter(({ at }) => at >= row.triedSince).length;
}
