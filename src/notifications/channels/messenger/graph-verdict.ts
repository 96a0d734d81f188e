import type { RefusalCode, RetryCode, UnknownCode } from '../channel-client.js';
import type { MessengerMode } from './messenger-request.js';

/** Meta's own error. */
export interface GraphError {
  code: number;
  subcode: number | null;
  /** Meta's word that the same request may pass later. */
  isTransient: boolean;
}

type GraphVerdict =
  { outcome: 'refused'; code: RefusalCode } | { outcome: 'retry'; code: RetryCode } | { outcome: 'unknown'; code: UnknownCode };

/**
 * What tells more than the code alone.
 * https://developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes (June 2026).
 */
const BY_SUBCODE: Readonly<Record<string, GraphVerdict>> = {
  '10/2018278': refused('outside-messenger-window'),
  '10/2018065': refused('outside-messenger-window'),
  '10/2534022': refused('outside-messenger-window'),
  /** "They can't receive your messages right now." */
  '10/2018108': refused('blocked'),
  /** The person has stopped this page's notifications. */
  '10/1893015': refused('opted-out'),
  /** The page is restricted for what it has sent. */
  '10/1893063': refused('message-refused'),
  '100/2018001': refused('invalid-address'),
  /** "This person isn't available right now": whether gone, deactivated or otherwise, Meta does not say. */
  '200/1545041': refused('not-reachable'),
  '551/1545041': refused('not-reachable'),
  /** A warning for writing this person too often: again would make it worse. */
  '613/2018338': refused('message-refused'),
};

/** 4, 17, 32, 341, 613, 80006: https://developers.facebook.com/docs/graph-api/overview/rate-limiting, and the list above. */
const RATE_LIMITS = new Set([4, 17, 32, 341, 613, 80_006]);

/** "Temporary send message failure", "please retry your request later", and a chat that Messenger's own questions hold for now. */
const TEMPORARY = new Set([2, 1_200, 2_018_321]);

/** A token that is none, or that may not do this: an operator has to get another, or the permission. 3, 200 to 299: permissions. */
const CREDENTIALS = new Set([3, 10, 102, 190]);

/** Blocked for a policy, or the conversation belongs to another app. */
const REFUSED = new Set([368, 2_022, 2_018_300]);

/**
 * By Meta's code, and its subcode where that tells more; null: the code says nothing the hub knows.
 *
 * A template or tag that Meta finds fault with (100: not approved, no such language, other parameters; for the tag, users report that it
 * has ended on 27 April 2026) leaves no way to write outside the window.
 */
export function graphVerdict({ code, subcode, isTransient }: GraphError, mode: MessengerMode): GraphVerdict | null {
  const exact = BY_SUBCODE[`${code}/${subcode ?? ''}`];
  if (exact) return exact;
  // Meta documents of 1/1357046 that the messages were sent all the same; of the others only that nobody knows.
  if (code === 1) return { outcome: 'unknown', code: 'provider-error' };
  if (code === 100) return refused(mode === 'window' ? 'message-refused' : 'outside-messenger-window');
  if (code === 551) return refused('blocked');
  if (RATE_LIMITS.has(code)) return { outcome: 'retry', code: 'provider-rate-limited' };
  if (TEMPORARY.has(code)) return { outcome: 'retry', code: 'provider-unavailable' };
  if (CREDENTIALS.has(code) || (code >= 200 && code <= 299)) return refused('credentials-refused');
  if (REFUSED.has(code)) return refused('message-refused');
  return isTransient ? { outcome: 'retry', code: 'provider-unavailable' } : null;
}

function refused(code: RefusalCode): GraphVerdict {
  return { outcome: 'refused', code };
}
