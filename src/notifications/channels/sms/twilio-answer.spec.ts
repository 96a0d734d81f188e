import type { UpstreamFailureCode } from '../../../schedulers/scheduler.js';
import type { ReplyBody, UpstreamReply } from '../../../schedulers/upstream-reply.js';
import { twilioOutcome } from './twilio-answer.js';

const SID = `SM${'0a1b'.repeat(8)}`;

const json = (value: unknown): ReplyBody => ({ kind: 'json', value });
const HTML: ReplyBody = { kind: 'unreadable', detail: 'content type text/html, JSON expected' };
const EMPTY: ReplyBody = { kind: 'empty' };

function answered(status: number, body: ReplyBody, retryAfterSeconds: number | null = null): UpstreamReply {
  return { kind: 'answered', status, body, etag: null, link: null, retryAfterSeconds };
}

/** As Twilio writes its errors. */
function anError(status: number, code: number): ReplyBody {
  return json({ code, message: 'Of no matter', more_info: `https://www.twilio.com/docs/errors/${code}`, status });
}

function failed(code: UpstreamFailureCode, isSurelyUnsent: boolean, status: number | null = null): UpstreamReply {
  return { kind: 'failed', code, isSurelyUnsent, status, detail: '' };
}

describe('what Twilio has taken', () => {
  it.each([
    ['queued', '1', 1],
    ['accepted', '0', null],
    ['sending', '2', 2],
    ['sent', '3', 3],
    ['delivered', 1, 1],
    ['a-status-of-tomorrow', null, null],
    [null, 'many', null],
  ])('is accepted with status %s and %s segments', (status, numSegments, segments) => {
    const reply = answered(201, json({ sid: SID, status, num_segments: numSegments, error_code: null }));

    expect(twilioOutcome(reply)).toEqual({ outcome: 'accepted', providerMessageId: SID, segments, httpStatus: 201 });
  });

  it.each([
    ['failed', 30007, 'message-refused'],
    ['failed', 21610, 'opted-out'],
    ['failed', 30002, 'credentials-refused'],
    ['undelivered', 30006, 'not-reachable'],
    ['undelivered', 30003, 'not-reachable'],
    ['undelivered', 30004, 'blocked'],
    ['undelivered', 30005, 'invalid-address'],
    ['failed', 39999, 'message-refused'],
    ['canceled', null, 'message-refused'],
  ])('is refused where its status is %s with error %s', (status, errorCode, code) => {
    const reply = answered(201, json({ sid: SID, status, error_code: errorCode }));
    const providerCode = errorCode === null ? null : String(errorCode);

    expect(twilioOutcome(reply)).toEqual({ outcome: 'refused', code, providerCode, httpStatus: 201 });
  });

  it('is tried later where it failed at once because the queue is full', () => {
    const reply = answered(201, json({ sid: SID, status: 'failed', error_code: 30001 }));

    expect(twilioOutcome(reply)).toEqual({
      outcome: 'retry',
      code: 'provider-rate-limited',
      providerCode: '30001',
      retryAfterSeconds: null,
      httpStatus: 201,
    });
  });

  it.each([
    ['no sid', json({ status: 'queued' })],
    ['a sid of another kind', json({ sid: `CA${'0'.repeat(32)}`, status: 'queued' })],
    ['a sid that is cut', json({ sid: SID.slice(0, 20), status: 'queued' })],
    ['a sid that is a number', json({ sid: 5 })],
    ['a list', json([{ sid: SID }])],
    ['null', json(null)],
    ['HTML', HTML],
    ['JSON that is cut', { kind: 'unreadable', detail: 'JSON of 9 bytes is cut or malformed' } satisfies ReplyBody],
    ['nothing', EMPTY],
  ])('is not known from a 201 with %s', (_what, body) => {
    expect(twilioOutcome(answered(201, body))).toEqual({ outcome: 'unknown', code: 'invalid-answer', providerCode: null, httpStatus: 201 });
  });
});

describe('what Twilio refuses', () => {
  it.each([
    [400, 21211, 'invalid-address'],
    [400, 21217, 'invalid-address'],
    [400, 21265, 'invalid-address'],
    [400, 21610, 'opted-out'],
    [400, 21408, 'not-reachable'],
    [403, 21408, 'not-reachable'],
    [400, 21612, 'not-reachable'],
    [400, 21614, 'not-reachable'],
    [400, 21635, 'not-reachable'],
    [400, 21212, 'message-refused'],
    [400, 21602, 'message-refused'],
    [400, 21606, 'message-refused'],
    [400, 21608, 'message-refused'],
    [400, 21617, 'message-refused'],
    [400, 21659, 'message-refused'],
    [400, 21660, 'message-refused'],
    [400, 21661, 'message-refused'],
    [400, 21703, 'message-refused'],
    [400, 29999, 'message-refused'],
    [401, 20003, 'credentials-refused'],
    [401, 29999, 'credentials-refused'],
    [403, 20005, 'credentials-refused'],
    [403, 20008, 'credentials-refused'],
    [403, 29999, 'credentials-refused'],
    [400, 10001, 'credentials-refused'],
    [400, 90010, 'credentials-refused'],
    [401, 70051, 'credentials-refused'],
    [404, 20404, 'credentials-refused'],
  ])('with %s and %s: %s', (status, providerCode, code) => {
    expect(twilioOutcome(answered(status, anError(status, providerCode)))).toEqual({
      outcome: 'refused',
      code,
      providerCode: String(providerCode),
      httpStatus: status,
    });
  });

  it.each([
    [400, HTML, 'message-refused'],
    [400, EMPTY, 'message-refused'],
    [400, json({ code: 'a word' }), 'message-refused'],
    [401, HTML, 'credentials-refused'],
    [403, HTML, 'credentials-refused'],
    [404, HTML, 'credentials-refused'],
    [405, EMPTY, 'message-refused'],
    [413, HTML, 'message-refused'],
  ])('with %s and a body that names no code', (status, body, code) => {
    expect(twilioOutcome(answered(status, body))).toEqual({ outcome: 'refused', code, providerCode: null, httpStatus: status });
  });
});

describe('what is surely not sent, and may be later', () => {
  it.each([
    ['too many requests', 429, anError(429, 20429), 2, '20429'],
    ['too many requests, with no time given', 429, anError(429, 20429), null, '20429'],
    ['too many requests, by whoever stands before Twilio', 429, HTML, 30, null],
    ['the account has sent its day', 429, anError(429, 63038), null, '63038'],
    ['the account has sent its day', 400, anError(400, 63038), null, '63038'],
    ['the queue of the sender is full', 400, anError(400, 21611), null, '21611'],
    ['too many between two numbers', 400, anError(400, 14107), null, '14107'],
    ['above the rate of the account', 400, anError(400, 63017), null, '63017'],
  ])('is %s', (_what, status, body, retryAfterSeconds, providerCode) => {
    expect(twilioOutcome(answered(status, body, retryAfterSeconds))).toEqual({
      outcome: 'retry',
      code: 'provider-rate-limited',
      providerCode,
      retryAfterSeconds,
      httpStatus: status,
    });
  });

  it.each(['upstream-unreachable', 'upstream-timeout', 'upstream-connection-lost'] as const)('is what never left (%s)', code => {
    expect(twilioOutcome(failed(code, true))).toEqual({
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
    [500, anError(500, 20500), null, 'provider-error', '20500'],
    [500, HTML, null, 'provider-error', null],
    [502, HTML, null, 'provider-error', null],
    [503, anError(503, 20503), null, 'provider-error', '20503'],
    [503, HTML, 30, 'provider-error', null],
    [504, EMPTY, null, 'provider-error', null],
    [302, EMPTY, null, 'invalid-answer', null],
    [408, EMPTY, null, 'provider-timeout', null],
  ])('is unknown after %s', (status, body, retryAfterSeconds, code, providerCode) => {
    expect(twilioOutcome(answered(status, body, retryAfterSeconds))).toEqual({
      outcome: 'unknown',
      code,
      providerCode,
      httpStatus: status,
    });
  });

  it.each([
    ['upstream-timeout', null, 'provider-timeout'],
    ['upstream-timeout', 201, 'provider-timeout'],
    ['upstream-connection-lost', null, 'connection-lost'],
    ['upstream-unreachable', null, 'connection-lost'],
    ['upstream-invalid-response', 201, 'invalid-answer'],
    ['upstream-response-too-large', 201, 'invalid-answer'],
  ] as const)('is unknown after %s with status %s', (broken, status, code) => {
    expect(twilioOutcome(failed(broken, false, status))).toEqual({ outcome: 'unknown', code, providerCode: null, httpStatus: status });
  });
});
