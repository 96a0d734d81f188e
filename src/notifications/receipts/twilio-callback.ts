import type { IncomingHttpHeaders } from 'node:http';
import { isId } from '../../common/ids.js';
import { ATTEMPT_PARAMETER } from '../channels/sms/twilio-request.js';
import { isMessageSid } from '../channels/sms/twilio-message.js';
import type { ReceiptState } from '../notification-state.js';
import type { CallbackReading, Receipt, ReceiptTarget } from './receipt.js';
import { isSignedByTwilio } from './twilio-signature.js';

/** A request to a status callback, as it came. */
export interface TwilioCallback {
  /** The account's tokens that may have signed it: any of them. */
  authTokens: readonly string[];
  /** The whole URL as Twilio was given it: `PUBLIC_URL`, path and query, never re-encoded. */
  url: string;
  body: Buffer;
  /** In lower case, as node:http has them. */
  headers: IncomingHttpHeaders;
}

/** Twilio's own are below 2 KB. */
const MAX_BODY_BYTES = 32 * 1024;

/**
 * What a status tells, by https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks. All that come
 * before `sent` prove that Twilio has the message, which is what the hub calls sent.
 */
const STATES: ReadonlyMap<string, ReceiptState> = new Map([
  ['accepted', 'sent'],
  ['queued', 'sent'],
  ['sending', 'sent'],
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'read'],
  ['undelivered', 'failed'],
  ['failed', 'failed'],
  ['canceled', 'failed'],
]);

/**
 * Reads a status callback: at most one receipt, none for a status that is not known. Never throws.
 *
 * Only forms are read: that is what Twilio posts to a `StatusCallback`. Its JSON webhooks, which it signs by a `bodySHA256` in the
 * URL, belong to other products; a body of that kind is malformed here, signed or not.
 */
export function readTwilioCallback({ authTokens, url, body, headers }: TwilioCallback): CallbackReading {
  const signature = headers['x-twilio-signature'];
  if (signature === undefined || signature === '') return { ok: false, problem: 'missing-signature' };
  if (body.length > MAX_BODY_BYTES || !isForm(headers['content-type'])) return { ok: false, problem: 'malformed-body' };
  const form = new URLSearchParams(body.toString('utf8'));
  const signed = { url, parameters: [...form] };
  if (!isSignedByTwilio(String(signature), signed, authTokens)) return { ok: false, problem: 'no-matching-signature' };
  const target = targetOf(url, form);
  const status = single(form, 'MessageStatus') ?? single(form, 'SmsStatus');
  if (target === null || status === null) return { ok: false, problem: 'malformed-body' };
  const state = STATES.get(status.toLowerCase());
  return { ok: true, receipts: state ? [{ target, state, at: null, code: codeOf(state, status, form) } satisfies Receipt] : [] };
}

/** By the attempt that the URL names, which is signed with the rest; else by Twilio's own id. */
function targetOf(url: string, form: URLSearchParams): ReceiptTarget | null {
  const sid = single(form, 'MessageSid') ?? single(form, 'SmsSid');
  const providerMessageId = isMessageSid(sid) ? sid : null;
  const attemptId = URL.canParse(url) ? single(new URL(url).searchParams, ATTEMPT_PARAMETER) : null;
  if (attemptId !== null && isId(attemptId)) return { by: 'attempt', attemptId, providerMessageId };
  return providerMessageId === null ? null : { by: 'provider-id', providerMessageId };
}

/** Of a failure, as Twilio spells it. A message that was canceled has no error code: its status says why. */
function codeOf(state: ReceiptState, status: string, form: URLSearchParams): string | null {
  if (state !== 'failed') return null;
  const code = single(form, 'ErrorCode');
  if (code !== null && /^[1-9]\d{0,6}$/.test(code)) return code;
  return status.toLowerCase() === 'canceled' ? 'canceled' : null;
}

/** null where it is missing, empty, or there with more than one value: which is meant nobody knows. */
function single(parameters: URLSearchParams, name: string): string | null {
  const values = new Set(parameters.getAll(name));
  const [value] = values;
  return values.size === 1 && value !== undefined && value !== '' ? value : null;
}

function isForm(contentType: string | undefined): boolean {
  return /^application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType?.trim() ?? '');
}
