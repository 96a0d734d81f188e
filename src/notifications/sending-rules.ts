import type { SubjectNow } from './message-subject.js';
import type { NotificationKind, NotificationSource } from './notification-state.js';
import { startOfReminder } from './occasion.js';
import { sendTime } from './quiet-hours.js';
import { LONGEST_TRYING_MS } from './retry-rules.js';
import type { Verdict } from './verdict.js';
import type { QuietHours } from '../facilities/facility.settings.js';

/** A row of the ledger, as far as it decides whether it is still to be told. */
export interface LedgerRow {
  id: string;
  kind: NotificationKind;
  source: NotificationSource;
  occasion: string;
  revision: number;
  /** Since when it is asked for: a person's resend begins anew. */
  triedSince: Date;
}

/** Another row of the same appointment. */
export interface Neighbour {
  kind: NotificationKind;
  revision: number;
  /** A provider has it in hand this moment: two at once might arrive in the wrong order. */
  isInFlight: boolean;
  /** Nothing of it was handed to a provider that may have sent it. */
  wasNeverSent: boolean;
}

export interface SendingQuestion {
  row: LedgerRow;
  /** As the appointment is now; null: it is gone. */
  subject: SubjectNow | null;
  neighbours: readonly Neighbour[];
  /** Since when the provider puts it off; null: it does not. */
  putOffSince: Date | null;
  facility: { isActive: boolean; quietHours: QuietHours | null; zone: string };
  now: Date;
}

export type SendingDecision =
  | { do: 'send'; kind: NotificationKind; subject: SubjectNow }
  | { do: 'wait'; until: Date; verdict: Verdict }
  | { do: 'end'; status: 'superseded' | 'suppressed' | 'failed'; verdict: Verdict };

/** How long a message waits for another of the same appointment that is on its way. */
const BEHIND_ANOTHER_MS = 1_000;

/** Is it still to be told, at this moment, and as what? Judged again before each try. */
export function decideSending({ row, subject, neighbours, putOffSince, facility, now }: SendingQuestion): SendingDecision {
  if (!facility.isActive) return suppressed('facility-inactive');
  if (!subject) return suppressed('state-changed');
  const outdated = whyOutdated(row, subject, neighbours, now);
  if (outdated) return outdated;
  if (putOffSince && now.getTime() - putOffSince.getTime() > LONGEST_TRYING_MS)
    return { do: 'end', status: 'failed', verdict: 'provider-unavailable' };
  if (neighbours.some(other => other.isInFlight))
    return { do: 'wait', until: new Date(now.getTime() + BEHIND_ANOTHER_MS), verdict: 'waiting' };
  const { quietHours, zone } = facility;
  const until = sendTime({ source: row.source, start: subject.start, quietHours, zone, now });
  if (until > now) return { do: 'wait', until, verdict: 'quiet-hours' };
  return { do: 'send', kind: kindNow(row, neighbours), subject };
}

/** A later change is told instead; what is over, or is not so any more, is not told. */
function whyOutdated(row: LedgerRow, subject: SubjectNow, neighbours: readonly Neighbour[], now: Date): SendingDecision | null {
  const isOvertaken = row.kind !== 'reminder' && neighbours.some(other => other.kind !== 'reminder' && other.revision > row.revision);
  if (isOvertaken) return { do: 'end', status: 'superseded', verdict: 'superseded' };
  if (row.kind === 'reminder' && isMoved(row, subject)) return { do: 'end', status: 'superseded', verdict: 'superseded' };
  const state = whyNotSo(row.kind, subject);
  if (state) return suppressed(state);
  const isOver = subject.start !== null && subject.start <= now;
  return isOver && row.kind !== 'notBooked' ? suppressed('too-late') : null;
}

function isMoved(row: LedgerRow, subject: SubjectNow): boolean {
  return subject.state === 'scheduled' && startOfReminder(row.occasion)?.getTime() !== subject.start?.getTime();
}

function whyNotSo(kind: NotificationKind, { state }: SubjectNow): Verdict | null {
  switch (kind) {
    case 'booked':
    case 'rescheduled':
    case 'reminder':
      if (state === 'checked-in') return 'already-checked-in';
      return state === 'scheduled' ? null : 'state-changed';
    case 'canceled':
      return state === 'canceled' ? null : 'state-changed';
    case 'notBooked':
      return state === 'not-booked' ? null : 'state-changed';
  }
}

/** Who was never told of the booking is not told that it was moved: it is booked, at the time it has now. */
function kindNow(row: LedgerRow, neighbours: readonly Neighbour[]): NotificationKind {
  const earlier = neighbours.filter(other => other.kind !== 'reminder' && other.revision < row.revision);
  const wasBookingUntold = earlier.some(other => other.kind === 'booked') && earlier.every(other => other.wasNeverSent);
  return row.kind === 'rescheduled' && wasBookingUntold ? 'booked' : row.kind;
}

function suppressed(verdict: Verdict): SendingDecision {
  return { do: 'end', status: 'suppressed', verdict };
}
