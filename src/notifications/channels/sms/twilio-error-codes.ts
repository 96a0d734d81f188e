import type { RefusalCode, RetryCode } from '../channel-client.js';

/** What one of Twilio's error codes means here: never again on this channel, or not sent and to be tried later. */
export type CodeMeaning = { outcome: 'refused'; code: RefusalCode } | { outcome: 'retry'; code: RetryCode };

const REFUSALS: Record<Exclude<RefusalCode, 'outside-messenger-window'>, readonly number[]> = {
  // No number; a number that cannot be one; a short code.
  'invalid-address': [21211, 21217, 21265, 30005],
  // The carrier or the handset blocks the sender.
  blocked: [30004],
  // The person wrote STOP.
  'opted-out': [21610],
  // Region not enabled; no route from this sender; no mobile phone; a landline; out of reach.
  'not-reachable': [21408, 21612, 21614, 21635, 30003, 30006],
  // Refused; account inactive or suspended; test credentials; no such account; not authorised.
  'credentials-refused': [10001, 20003, 20005, 20008, 20404, 30002, 70051, 90010],
  // Sender: not a number, not this account's, cannot send, same as the recipient, not in the service. Text: none, too long, filtered.
  'message-refused': [21212, 21266, 21601, 21602, 21606, 21608, 21617, 21659, 21660, 21661, 21703, 30007],
};

const RETRIES: Record<'provider-rate-limited', readonly number[]> = {
  // Too many requests; the sender's queue is full; the account's rate; the account's 24 hours; between two numbers.
  'provider-rate-limited': [14107, 20429, 21611, 30001, 63017, 63038],
};

const MEANINGS = new Map<number, CodeMeaning>([
  ...pairs(REFUSALS).map(([number, code]): [number, CodeMeaning] => [number, { outcome: 'refused', code }]),
  ...pairs(RETRIES).map(([number, code]): [number, CodeMeaning] => [number, { outcome: 'retry', code }]),
]);

/**
 * By Twilio's dictionary (https://www.twilio.com/docs/api/errors/CODE, read October 2026). Twilio adds and splits codes
 * (changelog of 10 July 2024), so that a code which is not here says nothing: the HTTP status does.
 */
export function meaningOf(code: number | null): CodeMeaning | null {
  return code === null ? null : (MEANINGS.get(code) ?? null);
}

function pairs<Code extends string>(table: Record<Code, readonly number[]>): [number, Code][] {
  return (Object.keys(table) as Code[]).flatMap(code => table[code].map((number): [number, Code] => [number, code]));
}
