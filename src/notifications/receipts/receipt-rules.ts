import type { AttemptOutcome, MessageChannel, NotificationStatus, ReceiptState } from '../notification-state.js';
import type { Verdict } from '../verdict.js';

/** A try, as far as receipts change it. */
export interface ReportedAttempt {
  outcome: AttemptOutcome | null;
  code: string | null;
  deliveredAt: Date | null;
  readAt: Date | null;
  failedAt: Date | null;
}

/** Its message, as far as receipts change it. */
export interface ReportedMessage {
  status: NotificationStatus;
  /** Whether it is of the last try: an earlier one moves the message on, but never back. */
  isLastAttempt: boolean;
  /** Whether that try was made since the message was last asked for: an earlier one tells nothing of what a person has sent anew. */
  isSinceAsked: boolean;
}

export interface Reported {
  attempt: ReportedAttempt;
  /** null: it stays as it is. `retry-elsewhere`: the channel refused it after all, and the next one may be tried. */
  message: { status: NotificationStatus; verdict: Verdict } | 'retry-elsewhere' | null;
}

/** A try and its message as they stand. */
export interface LockedTry extends ReportedAttempt {
  id: string;
  facilityId: string;
  notificationId: string;
  channel: MessageChannel;
  at: Date;
  providerMessageId: string | null;
  finishedAt: Date | null;
  /** Of the message. */
  status: NotificationStatus;
  /** When the message was last asked for. */
  triedSince: Date;
}

/** A report of a try; `attemptId` null: of none that is known. */
export interface TryReport {
  attemptId: string | null;
  providerMessageId: string | null;
  state: ReceiptState;
  at: Date;
  code: string | null;
}

/** Where a message stands after reports; `sendAfter` null: as it was. */
export interface ReportedStanding {
  id: string;
  channel: MessageChannel;
  status: NotificationStatus;
  verdict: Verdict;
  sendAfter: Date | null;
}

const RANK: Partial<Record<NotificationStatus, number>> = { sent: 1, delivered: 2, read: 3 };

/**
 * What a provider's report makes of a try and its message, in whatever order reports come, and however often: whoever has read it has
 * had it delivered, and what was delivered has not failed. Any report proves that the provider took it.
 */
export function afterReceipt(
  attempt: ReportedAttempt,
  message: ReportedMessage,
  report: { state: ReceiptState; at: Date; code: string | null },
): Reported {
  const taken: ReportedAttempt = { ...attempt, outcome: 'accepted', code: attempt.outcome === 'accepted' ? attempt.code : null };
  switch (report.state) {
    case 'sent':
      return { attempt: taken, message: attempt.failedAt === null ? forward(message, 'sent', 'sent-no-receipt') : null };
    case 'delivered':
      return { attempt: delivered(taken, report.at), message: forward(message, 'delivered', 'delivered') };
    case 'read':
      return {
        attempt: { ...delivered(taken, report.at), readAt: attempt.readAt ?? report.at },
        message: forward(message, 'read', 'read'),
      };
    case 'failed': {
      if (attempt.deliveredAt !== null || attempt.readAt !== null || attempt.failedAt !== null) return { attempt, message: null };
      const isOnItsWay = message.status === 'sent' || message.status === 'sending';
      const failed = { ...taken, failedAt: report.at, code: report.code ?? 'delivery-failed' };
      return { attempt: failed, message: isOnItsWay && message.isLastAttempt && message.isSinceAsked ? 'retry-elsewhere' : null };
    }
  }
}

/**
 * What reports, in their order, make of `tries`, which are changed, and where their messages stand after each that moves one on. `last`: the
 * ids of those that are their message's last. A report of a try that is not among them changes nothing.
 */
export function applyReports(
  reports: readonly TryReport[],
  tries: ReadonlyMap<string, LockedTry>,
  last: ReadonlySet<string>,
  now: Date,
): ReportedStanding[] {
  const standings: ReportedStanding[] = [];
  const present = new Map<string, NotificationStatus>();
  for (const report of reports) {
    const made = tries.get(report.attemptId ?? '');
    if (!made) continue;
    const { notificationId: id, channel } = made;
    const status = present.get(id) ?? made.status;
    const { attempt, message } = afterReceipt(
      made,
      { status, isLastAttempt: last.has(made.id), isSinceAsked: made.at >= made.triedSince },
      report,
    );
    Object.assign(made, attempt);
    made.providerMessageId ??= report.providerMessageId;
    made.finishedAt ??= report.at;
    if (message === null) continue;
    const to = message === 'retry-elsewhere' ? ELSEWHERE : message;
    standings.push({ id, channel, ...to, sendAfter: message === 'retry-elsewhere' ? now : null });
    present.set(id, to.status);
  }
  return standings;
}

const ELSEWHERE = { status: 'expected', verdict: 'waiting' } as const;

/** It failed by an earlier word of the provider: that it was delivered after all stands. */
function delivered(attempt: ReportedAttempt, at: Date): ReportedAttempt {
  return { ...attempt, deliveredAt: attempt.deliveredAt ?? at, failedAt: null, code: null };
}

/** Never back; what a person or a later change has ended stays ended, unless it turns out to have been delivered. */
function forward(message: ReportedMessage, status: 'sent' | 'delivered' | 'read', verdict: Verdict): Reported['message'] {
  const present = RANK[message.status] ?? 0;
  const isEnded = message.status === 'superseded' || message.status === 'suppressed';
  const isStale = status === 'sent' && !message.isLastAttempt && (message.status === 'failed' || message.status === 'expected');
  return !message.isSinceAsked || isEnded || isStale || present >= (RANK[status] ?? 0) ? null : { status, verdict };
}
