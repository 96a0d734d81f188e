import type { UpstreamFailureCode } from '../../../schedulers/scheduler.js';
import { readBody, type ReplyBody, type UpstreamReply } from '../../../schedulers/upstream-reply.js';
import { viberOutcome } from './viber-answer.js';

const TOKEN = '5741311803571721087';

const json = (value: unknown): ReplyBody => ({ kind: 'json', value });
const HTML: ReplyBody = { kind: 'unreadable', detail: 'content type text/html, JSON expected' };
const CUT: ReplyBody = { kind: 'unreadable', detail: 'JSON of 9 bytes is cut or malformed' };
const EMPTY: ReplyBody = { kind: 'empty' };

function answered(status: number, body: ReplyBody, retryAfterSeconds: number | null = null): UpstreamReply {
  return { kind: 'answered', status, body, etag: null, link: null, retryAfterSeconds };
}

function failed(code: UpstreamFailureCode, isSurelyUnsent: boolean, status: number | null = null): UpstreamReply {
  return { kind: 'failed', code, isSurelyUnsent, status, detail: '' };
}

describe('what Viber has taken', () => {
  it.each([
    ['a number beyond what a double holds', TOKEN, TOKEN],
    ['the largest of 64 bits', '18446744073709551615', '18446744073709551615'],
    ['a small number', '12', '12'],
    ['text', `"${TOKEN}"`, TOKEN],
  ])('is accepted by a token that is %s', (_what, written, providerMessageId) => {
    const text = `{"status":0,"status_message":"ok","message_token":${written},"chat_hostname":"SN-CHAT-05_"}`;

    expect(viberOutcome(answered(200, readBody('application/json', null, Buffer.from(text))))).toEqual({
      outcome: 'accepted',
      providerMessageId,
      segments: null,
      httpStatus: 200,
    });
  });

  it.each([
    ['no token', json({ status: 0, status_message: 'ok' })],
    ['a token that is null', json({ status: 0, message_token: null })],
    ['a token that is 0', json({ status: 0, message_token: 0 })],
    ['a token that a double has rounded', json({ status: 0, message_token: 2 ** 60 })],
    ['a token in words', json({ status: 0, message_token: 'a token' })],
    ['a token of 21 digits', json({ status: 0, message_token: '1'.repeat(21) })],
    ['no status', json({ message_token: TOKEN })],
    ['a status in words', json({ status: 'ok', message_token: TOKEN })],
    ['a status that is null', json({ status: null, message_token: TOKEN })],
    ['a list', json([0, TOKEN])],
    ['null', json(null)],
    ['HTML', HTML],
    ['JSON that is cut', CUT],
    ['nothing', EMPTY],
  ])('is not known from a 200 with %s', (_what, body) => {
    expect(viberOutcome(answered(200, body))).toEqual({ outcome: 'unknown', code: 'invalid-answer', providerCode: null, httpStatus: 200 });
  });
});

describe('what Viber refuses', () => {
  it.each([
    [1, 'invalidUrl', 'message-refused'],
    [2, 'invalidAuthToken', 'credentials-refused'],
    [3, 'badData', 'message-refused'],
    [4, 'missingData', 'message-refused'],
    [5, 'receiverNotRegistered', 'invalid-address'],
    [6, 'receiverNotSubscribed', 'blocked'],
    [7, 'publicAccountBlocked', 'credentials-refused'],
    [8, 'publicAccountNotFound', 'credentials-refused'],
    [9, 'publicAccountSuspended', 'credentials-refused'],
    [10, 'webhookNotSet', 'message-refused'],
    [11, 'receiverNoSuitableDevice', 'not-reachable'],
    [13, 'apiVersionNotSupported', 'not-reachable'],
    [14, 'incompatibleWithVersion', 'message-refused'],
    [15, 'publicAccountNotAuthorized', 'credentials-refused'],
    [16, 'inchatReplyMessageNotAllowed', 'message-refused'],
    [17, 'publicAccountIsNotInline', 'message-refused'],
    [18, 'noPublicChat', 'message-refused'],
    [19, 'cannotSendBroadcast', 'message-refused'],
    [20, 'broadcastNotAllowed', 'message-refused'],
    [21, 'unsupportedCountry', 'not-reachable'],
    [22, 'paymentUnsupported', 'message-refused'],
    [23, 'freeMessagesExceeded', 'message-refused'],
    [24, 'noBalance', 'message-refused'],
  ])('with %s (%s): %s', (status, status_message, code) => {
    const body = json({ status, status_message, message_token: TOKEN });

    expect(viberOutcome(answered(200, body))).toEqual({ outcome: 'refused', code, providerCode: String(status), httpStatus: 200 });
  });

  it.each([
    [400, HTML, 'message-refused', null],
    [400, json({ status: 2 }), 'credentials-refused', '2'],
    [400, json({ status: 99 }), 'message-refused', '99'],
    [401, EMPTY, 'credentials-refused', null],
    [403, HTML, 'credentials-refused', null],
    [404, HTML, 'message-refused', null],
    [413, EMPTY, 'message-refused', null],
  ])('before it looks, with HTTP %s and %j', (status, body, code, providerCode) => {
    expect(viberOutcome(answered(status, body))).toEqual({ outcome: 'refused', code, providerCode, httpStatus: status });
  });
});

describe('what is surely not sent, and may be later', () => {
  it.each([
    ['the rate is exceeded', 200, json({ status: 12, status_message: 'tooManyRequests' }), null, '12'],
    ['the rate is exceeded, and a time given', 200, json({ status: 12, message_token: TOKEN }), 9, '12'],
    ['whoever stands before Viber has too many', 429, HTML, 30, null],
    ['too many, with no time given', 429, EMPTY, null, null],
    ['too many, in the words of a success', 429, json({ status: 0, message_token: TOKEN }), null, null],
    ['too many, in Viber’s own words', 429, json({ status: 12 }), 7, '12'],
    ['too many, by another HTTP status', 400, json({ status: 12 }), null, '12'],
  ])('is that %s', (_what, status, body, retryAfterSeconds, providerCode) => {
    expect(viberOutcome(answered(status, body, retryAfterSeconds))).toEqual({
      outcome: 'retry',
      code: 'provider-rate-limited',
      providerCode,
      retryAfterSeconds,
      httpStatus: status,
    });
  });

  it.each(['upstream-unreachable', 'upstream-timeout', 'upstream-connection-lost'] as const)('is what never left (%s)', code => {
    expect(viberOutcome(failed(code, true))).toEqual({
      outcome: 'retry',
      code: 'provider-unreachable',
      providerCode: null,
      retryAfterSeconds: null,
      httpStatus: null,
    });
  });
});

describe('what may have been sent', () => {
  it.each([
    ['a status that is not known', 200, json({ status: 25 }), null, 'provider-error', '25'],
    ['a general error', 200, json({ status: 1000, status_message: 'generalError' }), null, 'provider-error', '1000'],
    ['a status below 0', 200, json({ status: -1 }), null, 'provider-error', '-1'],
    ['a success that is a refusal', 400, json({ status: 0, message_token: TOKEN }), null, 'invalid-answer', null],
    ['a timeout that whoever stands before Viber tells', 408, EMPTY, null, 'provider-timeout', null],
    ['a redirect', 302, HTML, null, 'invalid-answer', null],
    ['HTTP 500', 500, HTML, null, 'provider-error', null],
    ['HTTP 502', 502, HTML, null, 'provider-error', null],
    ['HTTP 503 with a time', 503, EMPTY, 30, 'provider-error', null],
    ['HTTP 503 with a status', 503, json({ status: 12 }), null, 'provider-error', '12'],
    ['HTTP 504', 504, EMPTY, null, 'provider-error', null],
  ])('is unknown after %s', (_what, status, body, retryAfterSeconds, code, providerCode) => {
    expect(viberOutcome(answered(status, body, retryAfterSeconds))).toEqual({ outcome: 'unknown', code, providerCode, httpStatus: status });
  });

  it.each([
    ['upstream-timeout', null, 'provider-timeout'],
    ['upstream-connection-lost', null, 'connection-lost'],
    ['upstream-invalid-response', 200, 'invalid-answer'],
    ['upstream-response-too-large', 200, 'invalid-answer'],
  ] as const)('is unknown after %s with status %s', (broken, status, code) => {
    expect(viberOutcome(failed(broken, false, status))).toEqual({ outcome: 'unknown', code, providerCode: null, httpStatus: status });
  });
});
