import type { UpstreamListedAppointment, WriteOutcome } from '../schedulers/scheduler.js';

/** What the hospital's list says of a booking of ours. `unclear`: nothing that can be relied on. */
export type ListedBooking = { kind: 'found'; appointment: UpstreamListedAppointment } | { kind: 'absent' } | { kind: 'unclear' };

/**
 * `listed`: all that the hospital lists under our `reference`. What names no reference may be ours or not; of several that name
 * it, one that stands and others that are canceled is the one that stands.
 */
export function listedBooking(listed: readonly UpstreamListedAppointment[], reference: string): ListedBooking {
  const named = listed.filter(appointment => appointment.externalReference?.toLowerCase() === reference.toLowerCase());
  const standing = named.filter(appointment => appointment.status !== 'canceled');
  const [only] = standing.length > 0 ? standing : named;
  if (only && (standing.length === 1 || named.length === 1)) return { kind: 'found', appointment: only };
  return listed.length === 0 ? { kind: 'absent' } : { kind: 'unclear' };
}

/** A read that shows what it would show if the booking had not been made. */
export interface Sign {
  /** When the hospital was asked. */
  readAt: Date;
  /** Of the last call: before it, the hospital may still be at work on it. */
  deadlineAt: Date;
  /** When it was asked for the sign that was seen before, if none spoke against it since. */
  firstAt: Date | null;
  apartMs: number;
}

/** Two signs, both after the call must have ended and far enough apart, are a proof. `firstAt`: what to keep. */
export function judgeSign({ readAt, deadlineAt, firstAt, apartMs }: Sign): { isProof: boolean; firstAt: Date | null } {
  if (readAt <= deadlineAt) return { isProof: false, firstAt: null };
  if (firstAt === null || firstAt <= deadlineAt) return { isProof: false, firstAt: readAt };
  return { isProof: readAt.getTime() - firstAt.getTime() >= apartMs, firstAt };
}

/** What the hospital offers at the slot of a booking. */
export interface SeatsSeen {
  /** Seats offered when the booking was sent; null: not known. */
  before: number | null;
  /** Seats offered now; 0: the slot is not offered. */
  now: number;
  /** A slot of the same month offers several seats: then none is known to have one only. */
  hasSeveralSeats: boolean;
}

/**
 * Whether the slot is free though it would not be if the booking had been made. With more seats than one, one that is left proves
 * nothing; and a slot that is not free may have been taken by us or by anybody.
 */
export function isSignOfFreeSeat({ before, now, hasSeveralSeats }: SeatsSeen): boolean {
  return before === 1 && now === 1 && !hasSeveralSeats;
}

/**
 * What the repeat of a call says of what it asks for. A refusal without a reason that the hub knows may be of the
 * repeat itself (its key, its body), and "never sent" is of the repeat alone: both leave it open what the first try did.
 */
export function outcomeOfRepeat(outcome: WriteOutcome): WriteOutcome {
  if (outcome.outcome !== 'no') return outcome;
  const isOfRepeatOnly = outcome.code === 'upstream-refused' || outcome.code === 'upstream-unreachable';
  if (!isOfRepeatOnly) return outcome;
  const { httpStatus, detail, retryAfterSeconds } = outcome;
  return { outcome: 'unknown', code: 'upstream-error', httpStatus, detail, retryAfterSeconds };
}
