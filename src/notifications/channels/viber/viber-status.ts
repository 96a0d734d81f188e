import type { RefusalCode } from '../channel-client.js';

/** What a status of Viber's means for a message that was surely not sent. */
export type ViberMeaning = { outcome: 'refused'; code: RefusalCode } | { outcome: 'retry' };

interface ViberStatus {
  name: string;
  meaning: ViberMeaning;
}

const refused = (code: RefusalCode): ViberMeaning => ({ outcome: 'refused', code });

/**
 * By number, as in "Error codes" of https://developers.viber.com/docs/api/rest-bot-api/ and in
 * https://creators.viber.com/docs/bots-api/errors. Viber knows an unnamed "general error" besides, and adds numbers: one that is
 * not here says nothing of what became of the message.
 */
const STATUSES: ReadonlyMap<number, ViberStatus> = new Map([
  [1, { name: 'invalidUrl', meaning: refused('message-refused') }],
  [2, { name: 'invalidAuthToken', meaning: refused('credentials-refused') }],
  [3, { name: 'badData', meaning: refused('message-refused') }],
  [4, { name: 'missingData', meaning: refused('message-refused') }],
  [5, { name: 'receiverNotRegistered', meaning: refused('invalid-address') }],
  // Never subscribed, or left: a bot may write only to those who subscribe to it.
  [6, { name: 'receiverNotSubscribed', meaning: refused('blocked') }],
  // The token's account is cut off, or is no bot at all.
  [7, { name: 'publicAccountBlocked', meaning: refused('credentials-refused') }],
  [8, { name: 'publicAccountNotFound', meaning: refused('credentials-refused') }],
  [9, { name: 'publicAccountSuspended', meaning: refused('credentials-refused') }],
  // A bot without a webhook may not send.
  [10, { name: 'webhookNotSet', meaning: refused('message-refused') }],
  [11, { name: 'receiverNoSuitableDevice', meaning: refused('not-reachable') }],
  // 100 messages to one person in an hour without a reply, too.
  [12, { name: 'tooManyRequests', meaning: { outcome: 'retry' } }],
  // A device of the person's is older than `min_api_version`.
  [13, { name: 'apiVersionNotSupported', meaning: refused('not-reachable') }],
  [14, { name: 'incompatibleWithVersion', meaning: refused('message-refused') }],
  [15, { name: 'publicAccountNotAuthorized', meaning: refused('credentials-refused') }],
  [16, { name: 'inchatReplyMessageNotAllowed', meaning: refused('message-refused') }],
  [17, { name: 'publicAccountIsNotInline', meaning: refused('message-refused') }],
  [18, { name: 'noPublicChat', meaning: refused('message-refused') }],
  [19, { name: 'cannotSendBroadcast', meaning: refused('message-refused') }],
  [20, { name: 'broadcastNotAllowed', meaning: refused('message-refused') }],
  [21, { name: 'unsupportedCountry', meaning: refused('not-reachable') }],
  [22, { name: 'paymentUnsupported', meaning: refused('message-refused') }],
  // Of a month, or of an account that nobody topped up: hours change nothing, so that another channel is the better way.
  [23, { name: 'freeMessagesExceeded', meaning: refused('message-refused') }],
  [24, { name: 'noBalance', meaning: refused('message-refused') }],
]);

const NUMBERS: ReadonlyMap<string, number> = new Map([...STATUSES].map(([number, { name }]) => [name.toLowerCase(), number]));

/** null: the status is not known. */
export function meaningOf(status: number): ViberMeaning | null {
  return STATUSES.get(status)?.meaning ?? null;
}

/** The number of the status that a text names, as Viber spells it or in words (`Receiver not subscribed`); null: it names none. */
export function statusNamed(text: string): number | null {
  return NUMBERS.get(text.replace(/[\s_-]/g, '').toLowerCase()) ?? null;
}
