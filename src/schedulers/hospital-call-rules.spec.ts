import { callFailure, isAway, judgeReply, pauseSeconds } from './hospital-call-rules.js';
import type { UpstreamFailureCode } from './scheduler.js';
import type { ReplyBody, UpstreamAnswer, UpstreamFailure, UpstreamReply } from './upstream-reply.js';

const JSON_BODY: ReplyBody = { kind: 'json', value: {} };
const HTML: ReplyBody = { kind: 'unreadable', detail: 'content type text/html, JSON expected' };

const answered = (status: number, overrides: Partial<UpstreamAnswer> = {}): UpstreamReply => {
  return { kind: 'answered', status, body: JSON_BODY, etag: null, link: null, retryAfterSeconds: null, ...overrides };
};
const failed = (code: UpstreamFailureCode, overrides: Partial<UpstreamFailure> = {}): UpstreamReply => {
  return { kind: 'failed', code, isSurelyUnsent: false, status: null, detail: 'x', ...overrides };
};

describe('What a call says of the hospital', () => {
  it.each<[string, UpstreamReply, string]>([
    ['an answer', answered(200), 'well'],
    ['an empty one', answered(204, { body: { kind: 'empty' } }), 'well'],
    ['"not changed"', answered(304, { body: { kind: 'empty' } }), 'well'],
    ['another place', answered(302, { body: HTML }), 'well'],
    ['a refusal', answered(400), 'well'],
    ['a key refused', answered(401), 'well'],
    ['nothing there', answered(404, { body: HTML }), 'well'],
    ['a slot taken', answered(409), 'well'],
    ['a rule', answered(422), 'well'],
    ['too many calls', answered(429), 'well'],
    ['a call that is not offered', answered(501), 'well'],
    ['a request that it waited for in vain', answered(408), 'undecided'],
    ['a fault of its own', answered(500), 'failed'],
    ['a fault in HTML', answered(502, { body: HTML }), 'failed'],
    ['maintenance', answered(503, { retryAfterSeconds: 60 }), 'failed'],
    ['a page instead of JSON', answered(200, { body: HTML }), 'failed'],
    ['no answer', failed('upstream-timeout'), 'failed'],
    ['nobody there', failed('upstream-unreachable', { isSurelyUnsent: true }), 'failed'],
    ['a reset', failed('upstream-connection-lost'), 'failed'],
    ['half an answer', failed('upstream-invalid-response', { status: 200 }), 'failed'],
    ['a flood', failed('upstream-response-too-large', { status: 200 }), 'failed'],
  ])('%s: %s', (_what, reply, verdict) => {
    expect(judgeReply(reply, { timeoutMs: 3_500, isProbe: false })).toBe(verdict);
  });

  it.each([
    [1_000, false, 'failed'],
    [999, false, 'undecided'],
    [1, true, 'failed'],
  ])('silence for %i ms, as a probe %s: %s', (timeoutMs, isProbe, verdict) => {
    expect(judgeReply(failed('upstream-timeout'), { timeoutMs, isProbe })).toBe(verdict);
  });

  it('a probe that is answered at all shows that it is back', () => {
    expect(judgeReply(answered(408), { timeoutMs: 3_500, isProbe: true })).toBe('well');
  });
});

describe('What an operator hears of a call', () => {
  it.each<[UpstreamReply, string | null, number | null]>([
    [answered(200), null, null],
    [answered(201, { body: HTML }), 'upstream-invalid-response', 201],
    [answered(304), null, null],
    [answered(307), 'upstream-redirected', 307],
    [answered(401), 'upstream-credentials-refused', 401],
    [answered(403), 'upstream-credentials-refused', 403],
    [answered(404), null, null],
    [answered(408), 'upstream-error', 408],
    [answered(409, { body: HTML }), null, null],
    [answered(429), 'upstream-rate-limited', 429],
    [answered(500), 'upstream-error', 500],
    [answered(501), null, null],
    [failed('upstream-timeout'), 'upstream-timeout', null],
    [failed('upstream-invalid-response', { status: 200 }), 'upstream-invalid-response', 200],
  ])('case %#: %s', (reply, code, httpStatus) => {
    expect(callFailure(reply)).toEqual(code && { code, httpStatus });
  });
});

describe('How long a hospital asks not to be called', () => {
  it.each<[UpstreamReply, number]>([
    [answered(429, { retryAfterSeconds: 120 }), 120],
    [answered(503, { retryAfterSeconds: 1 }), 1],
    [answered(429, { retryAfterSeconds: 86_400 }), 300],
    [answered(429), 0],
    [answered(429, { retryAfterSeconds: 0 }), 0],
    [answered(500, { retryAfterSeconds: 120 }), 0],
    [answered(200, { retryAfterSeconds: 120 }), 0],
    [failed('upstream-rate-limited', { retryAfterSeconds: 120 }), 0],
  ])('case %#: %i seconds', (reply, seconds) => {
    expect(pauseSeconds(reply)).toBe(seconds);
  });
});

it.each<[UpstreamFailureCode, boolean]>([
  ['upstream-timeout', true],
  ['upstream-unreachable', true],
  ['upstream-connection-lost', true],
  ['upstream-rate-limited', true],
  ['upstream-credentials-refused', true],
  ['upstream-circuit-open', true],
  ['upstream-busy', true],
  ['upstream-error', false],
  ['upstream-invalid-response', false],
  ['upstream-redirected', false],
  ['upstream-response-too-large', false],
])('After %s another way to ask the same hospital is useless: %s', (code, expected) => {
  expect(isAway(code)).toBe(expected);
});
