import { readBody, type UpstreamFailure, type UpstreamReply } from '../../../schedulers/upstream-reply.js';
import { messengerAnswer } from './messenger-answer.js';
import type { MessengerMode } from './messenger-request.js';

function answered(status: number, text: string, retryAfterSeconds: number | null = null, contentType = 'application/json'): UpstreamReply {
  const body = readBody(contentType, null, new TextEncoder().encode(text));
  return { kind: 'answered', status, body, etag: null, link: null, retryAfterSeconds };
}

function error(status: number, code: number, subcode: number | null = null, more: object = {}): UpstreamReply {
  const fault = { message: 'Planted', type: 'OAuthException', code, fbtrace_id: 'A1', ...more };
  return answered(status, JSON.stringify({ error: subcode === null ? fault : { ...fault, error_subcode: subcode } }));
}

function failed(code: UpstreamFailure['code'], isSurelyUnsent: boolean): UpstreamReply {
  return { kind: 'failed', code, isSurelyUnsent, status: null, detail: 'test' };
}

describe('messengerAnswer', () => {
  it('accepts what has a message id', () => {
    expect(messengerAnswer(answered(200, '{"recipient_id":"1254477777772919","message_id":"m_AG5Hz2U"}'), 'window')).toEqual({
      outcome: 'accepted',
      providerMessageId: 'm_AG5Hz2U',
      segments: null,
      httpStatus: 200,
    });
  });

  it.each<[string, number, number | null, string]>([
    ['outside the allowed window', 10, 2018278, 'outside-messenger-window'],
    ['outside the allowed window, of a page that is no news page', 10, 2018065, 'outside-messenger-window'],
    ['outside the allowed window, newer', 10, 2534022, 'outside-messenger-window'],
    ["they can't receive your messages", 10, 2018108, 'blocked'],
    ['the person has stopped notifications', 10, 1893015, 'opted-out'],
    ['the page is restricted from sending', 10, 1893063, 'message-refused'],
    ['no permission for this action', 10, null, 'credentials-refused'],
    ['no matching user', 100, 2018001, 'invalid-address'],
    ['invalid parameter', 100, null, 'message-refused'],
    ['no such method for this app', 3, null, 'credentials-refused'],
    ['session has ended', 102, null, 'credentials-refused'],
    ['invalid token', 190, null, 'credentials-refused'],
    ['token has expired', 190, 463, 'credentials-refused'],
    ['the app has no pages_messaging permission', 200, 2018028, 'credentials-refused'],
    ['permission, general', 230, null, 'credentials-refused'],
    ["this person isn't available", 200, 1545041, 'not-reachable'],
    ["this person isn't available", 551, 1545041, 'not-reachable'],
    ["this person isn't receiving messages from you", 551, null, 'blocked'],
    ['blocked for a policy', 368, null, 'message-refused'],
    ['commerce messages are disabled after a violation', 2022, null, 'message-refused'],
    ['a warning for writing this person too often', 613, 2018338, 'message-refused'],
    ['another app holds the conversation', 2018300, null, 'message-refused'],
    ['a code nobody knows, with 400', 98765, null, 'message-refused'],
  ])('is refused: %s (%i/%s)', (_what, code, subcode, refusal) => {
    expect(messengerAnswer(error(400, code, subcode), 'window')).toEqual({
      outcome: 'refused',
      code: refusal,
      providerCode: subcode === null ? String(code) : `${code}/${subcode}`,
      httpStatus: 400,
    });
  });

  it.each<[MessengerMode, string]>([
    ['template', 'a template that is not approved, not in this language, or has other parameters'],
    ['tag', 'a tag that Meta no longer takes'],
  ])('100 to a %s leaves no way outside the window: %s', mode => {
    const outcome = { outcome: 'refused', code: 'outside-messenger-window', providerCode: '100' };

    expect(messengerAnswer(error(400, 100), mode)).toMatchObject(outcome);
    expect(messengerAnswer(error(400, 100, 2018001), mode)).toMatchObject({ outcome: 'refused', code: 'invalid-address' });
  });

  it.each<[string, UpstreamReply, string, number | null]>([
    ['app limit', error(400, 4), 'provider-rate-limited', null],
    ['user limit', error(400, 17), 'provider-rate-limited', null],
    ['page limit', error(400, 32), 'provider-rate-limited', null],
    ['temporary limit', error(400, 341), 'provider-rate-limited', null],
    ['custom limit', error(400, 613), 'provider-rate-limited', null],
    ['Messenger limit', error(400, 80006), 'provider-rate-limited', null],
    ['429 of a gateway', answered(429, '', 9), 'provider-rate-limited', 9],
    ['429 with an error nobody knows', error(429, 98765), 'provider-rate-limited', null],
    ['"please retry your request later"', error(500, 2), 'provider-unavailable', null],
    ['"temporary send message failure"', error(503, 1200), 'provider-unavailable', null],
    ["Messenger's own questions hold the chat for now", error(400, 2018321), 'provider-unavailable', null],
    ['Meta says of a code nobody knows that it will pass', error(400, 508, 2534122, { is_transient: true }), 'provider-unavailable', null],
    ['no connection was ever made', failed('upstream-unreachable', true), 'provider-unreachable', null],
  ])('may pass later, for Meta says it was not sent: %s', (_what, reply, code, retryAfterSeconds) => {
    expect(messengerAnswer(reply, 'window')).toMatchObject({ outcome: 'retry', code, retryAfterSeconds });
  });

  it.each<[string, UpstreamReply, string, string | null]>([
    ['the deadline passed with the request on its way', failed('upstream-timeout', false), 'provider-timeout', null],
    ['the connection was reset', failed('upstream-connection-lost', false), 'connection-lost', null],
    ['the answer broke off', failed('upstream-invalid-response', false), 'invalid-answer', null],
    ['the answer is endless', failed('upstream-response-too-large', false), 'invalid-answer', null],
    ['1: an unknown error', error(500, 1), 'provider-error', '1'],
    ['1/99', error(400, 1, 99), 'provider-error', '1/99'],
    ['1/1357046: sent all the same, as documented', error(400, 1, 1357046), 'provider-error', '1/1357046'],
    ['1, even if it is said to pass', error(500, 1, null, { is_transient: true }), 'provider-error', '1'],
    ['a code nobody knows, with 500, even if it is said to pass', error(500, 508, null, { is_transient: true }), 'provider-error', '508'],
    ['a code nobody knows, with 500', error(500, 98765), 'provider-error', '98765'],
    ['500, empty', answered(500, ''), 'provider-error', null],
    ['502, a page of HTML', answered(502, '<html>', null, 'text/html'), 'provider-error', null],
    ['503 with Retry-After says nothing of the message', answered(503, '', 5), 'provider-error', null],
    ['200, a page of HTML', answered(200, '<html>', null, 'text/html'), 'invalid-answer', null],
    ['200, empty', answered(200, ''), 'invalid-answer', null],
    ['200, cut', answered(200, '{"recipient_id":"12544777'), 'invalid-answer', null],
    ['200 without a message id: taken, but no receipt could be matched', answered(200, '{"recipient_id":"1"}'), 'invalid-answer', null],
    ['200 with an empty message id', answered(200, '{"message_id":""}'), 'invalid-answer', null],
    ['a message id in a 500', answered(500, '{"message_id":"m_1"}'), 'provider-error', null],
    ['a redirect, which is not followed', answered(302, ''), 'invalid-answer', null],
    ['408', answered(408, ''), 'provider-timeout', null],
  ])('nobody knows, so it is never sent again: %s', (_what, reply, code, providerCode) => {
    expect(messengerAnswer(reply, 'window')).toMatchObject({ outcome: 'unknown', code, providerCode });
  });

  it.each([
    [400, 'message-refused'],
    [404, 'message-refused'],
    [401, 'credentials-refused'],
    [403, 'credentials-refused'],
  ])("%i without Meta's error was not carried out: %s", (status, code) => {
    expect(messengerAnswer(answered(status, '<html>', null, 'text/html'), 'tag')).toMatchObject({ outcome: 'refused', code });
  });

  it('reads an error in a 200 as an error', () => {
    expect(messengerAnswer(error(200, 190), 'window')).toMatchObject({ outcome: 'refused', code: 'credentials-refused' });
  });

  it("quotes nothing of Meta's message", () => {
    expect(JSON.stringify(messengerAnswer(error(400, 100), 'window'))).not.toContain('Planted');
  });
});
