import type { SendOutcome } from './channels/channel-client.js';
import type { MessageChannel, NotificationStatus } from './notification-state.js';
import { firstLook, nextLook, waitBeforeRetry } from './retry-rules.js';
import type { Verdict } from './verdict.js';

/** Where a message stands after a try, and when it goes on. */
export interface Standing {
  status: NotificationStatus;
  verdict: Verdict;
  /** When it is tried again; null: it is not. */
  sendAfter: Date | null;
  /** When its unknown outcome is looked at again; null: it is not. */
  leaseUntil: Date | null;
}

export interface TryMade {
  channel: MessageChannel;
  at: Date;
  /** Tries of this message so far, with this one. */
  tries: number;
  /** The provider can be asked what it has taken. */
  isSearchable: boolean;
}

/**
 * What a provider's answer makes of a message. What it refused goes to the next channel at once; what surely was not sent is tried
 * again; what may have been sent is never sent again, and goes to no other channel. `chance`: from 0 to 1.
 */
export function standingAfter(outcome: SendOutcome, made: TryMade, now: Date, chance: number): Standing {
  switch (outcome.outcome) {
    case 'accepted':
      return taken(made.channel);
    case 'refused':
      return { status: 'expected', verdict: 'waiting', sendAfter: now, leaseUntil: null };
    case 'retry': {
      const waitMs = waitBeforeRetry(made.tries, outcome.retryAfterSeconds, chance);
      return { status: 'expected', verdict: 'waiting', sendAfter: new Date(now.getTime() + waitMs), leaseUntil: null };
    }
    case 'unknown':
      return inDoubt(made, now);
  }
}

/** The provider has it. */
export function taken(channel: MessageChannel): Standing {
  return { status: 'sent', verdict: channel === 'log' ? 'logged' : 'sent-no-receipt', sendAfter: null, leaseUntil: null };
}

/** Nobody knows whether it was sent, as is found out only now. */
export function inDoubt({ at, isSearchable }: Pick<TryMade, 'at' | 'isSearchable'>, now: Date): Standing {
  return unknownUntil(isSearchable ? firstLook(at, now) : null);
}

/** Nor does the provider's list tell. */
export function stillInDoubt(triedAt: Date, now: Date): Standing {
  return unknownUntil(nextLook(triedAt, now));
}

function unknownUntil(leaseUntil: Date | null): Standing {
  return { status: 'sending', verdict: 'outcome-unknown', sendAfter: null, leaseUntil };
}
