import type { NotificationStatus } from './notification-state.js';

/** Whoever asks again so soon repeats what they have not had an answer to: nobody wants a message twice within a moment. */
const REPEATED_WITHIN_MS = 30_000;

/** Whether asking for `resends` is the repeat of the last of them, by the same key. */
export function isRepeatedResend(resends: readonly { at: string; keyId: string }[], keyId: string, now: Date): boolean {
  const last = resends.at(-1);
  return last?.keyId === keyId && now.getTime() - Date.parse(last.at) < REPEATED_WITHIN_MS;
}

/**
 * Whether a person may have a message sent again: not while it is about to be sent or on its way (one that waits for
 * tomorrow's SMS is neither), nor where a later one tells more.
 */
export function mayBeResent({ status, verdict }: { status: NotificationStatus; verdict: string | null }): boolean {
  switch (status) {
    case 'sent':
    case 'delivered':
    case 'read':
    case 'failed':
    case 'suppressed':
      return true;
    case 'sending':
      return verdict === 'outcome-unknown';
    case 'expected':
      return verdict === 'spend-cap';
    case 'superseded':
      return false;
  }
}
