import type { NotificationStatus } from './notification-state.js';

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
