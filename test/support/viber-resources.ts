import type http from 'node:http';
import type { JsonAnswer } from './provider-trouble.js';

/** Viber's words for its statuses (https://developers.viber.com/docs/api/rest-bot-api/, "Error codes"), as far as the tests need them. */
const STATUS_MESSAGES: Record<number, string> = {
  0: 'ok',
  2: 'invalidAuthToken',
  3: 'badData',
  4: 'missingData',
  5: 'receiverNotRegistered',
  6: 'receiverNotSubscribed',
  7: 'publicAccountBlocked',
  8: 'publicAccountNotFound',
  9: 'publicAccountSuspended',
  10: 'webhookNotSet',
  11: 'receiverNoSuitableDevice',
  12: 'tooManyRequests',
  13: 'apiVersionNotSupported',
  15: 'publicAccountNotAuthorized',
  21: 'unsupportedCountry',
  23: 'freeMessagesExceeded',
  24: 'noBalance',
};

/** By https://creators.viber.com/docs/bots-api/resources/messaging/send-message and the text message's own page. */
const MAX_REQUEST_BYTES = 30 * 1024;
const MAX_SENDER_NAME = 28;
const MAX_TRACKING_DATA = 4_000;
const MAX_TEXT = 7_000;

/** Viber answers 200 to what it refuses, too. */
export function statusAnswer(status: number): JsonAnswer {
  const status_message = STATUS_MESSAGES[status] ?? 'generalError';
  return { status: 200, text: JSON.stringify({ status, status_message, chat_hostname: 'SN-CHAT-05_' }) };
}

/** The token is a number, beyond what a double holds. */
export function takenAnswer(token: string): JsonAnswer {
  const text = `{"status":0,"status_message":"ok","message_token":${token},"chat_hostname":"SN-CHAT-05_","billing_status":1}`;
  return { status: 200, text };
}

/** What is wrong with a request to send a text, as a status; null: nothing. */
export function requestStatus(headers: http.IncomingHttpHeaders, body: string, authToken: string): number | null {
  if (headers['x-viber-auth-token'] !== authToken) return 2;
  if (!headers['content-type']?.startsWith('application/json') || Buffer.byteLength(body) > MAX_REQUEST_BYTES) return 3;
  const fields = readObject(body);
  if (!fields) return 3;
  const { receiver, type, text, sender, tracking_data, min_api_version } = fields;
  const name = typeof sender === 'object' && sender !== null && 'name' in sender ? sender.name : undefined;
  if (![receiver, type, text, name].every(field => typeof field === 'string' && field !== '')) return 4;
  if (type !== 'text' || String(text).length > MAX_TEXT || String(name).length > MAX_SENDER_NAME) return 3;
  if (tracking_data !== undefined && (typeof tracking_data !== 'string' || tracking_data.length > MAX_TRACKING_DATA)) return 3;
  return min_api_version === undefined || Number.isSafeInteger(min_api_version) ? null : 3;
}

function readObject(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
