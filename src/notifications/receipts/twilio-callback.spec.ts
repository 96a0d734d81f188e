import { createHmac } from 'node:crypto';
import { readTwilioCallback } from './twilio-callback.js';
import { isSignedByTwilio } from './twilio-signature.js';

const TOKEN = 'an-auth-token-that-is-invented';
const ATTEMPT = '0195f0a0-0000-7000-8000-000000000001';
const SID = `SM${'0a1b'.repeat(8)}`;
const URL_OF_CALLBACK = `https://hub.example.org/api/v1/provider-callbacks/sms/tok123?attempt=${ATTEMPT}`;

/** By the rule's own words, apart from the code under test: the URL, then the names and values in their order. */
const sign = (signed: string, token = TOKEN): string => createHmac('sha1', token).update(signed, 'utf8').digest('base64');

function aCallback(form: Record<string, string>, overrides: { url?: string; signature?: string; type?: string; tokens?: string[] } = {}) {
  const url = overrides.url ?? URL_OF_CALLBACK;
  const names = Object.keys(form).sort();
  const signature = overrides.signature ?? sign(url + names.map(name => `${name}${form[name] ?? ''}`).join(''));
  return {
    authTokens: overrides.tokens ?? [TOKEN],
    url,
    body: Buffer.from(new URLSearchParams(form).toString()),
    headers: { 'content-type': overrides.type ?? 'application/x-www-form-urlencoded', 'x-twilio-signature': signature },
  };
}

describe("Twilio's published example", () => {
  // https://www.twilio.com/docs/usage/security, "Validating Signatures from Twilio".
  const parameters = Object.entries({
    CallSid: 'CA1234567890ABCDE',
    Caller: '+12349013030',
    Digits: '1234',
    From: '+12349013030',
    To: '+18005551212',
  });
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  const signature = '0/KCTR6DLpKmkAf8muzZqo1nDgQ=';

  it.each([
    ['as it is', parameters, url, ['12345'], true],
    ['in another order', parameters.toReversed(), url, ['12345'], true],
    ['with one of two tokens', parameters, url, ['before', '12345'], true],
    ['with the port that the scheme has', parameters, 'https://mycompany.com:443/myapp.php?foo=1&bar=2', ['12345'], true],
    ['with another token', parameters, url, ['12346'], false],
    ['with no token', parameters, url, [], false],
    ['with an empty token', parameters, url, [''], false],
    ['over another query', parameters, 'https://mycompany.com/myapp.php?foo=1&bar=3', ['12345'], false],
    ['over http', parameters, 'http://mycompany.com/myapp.php?foo=1&bar=2', ['12345'], false],
    ['without a parameter', parameters.slice(1), url, ['12345'], false],
    ['with one more', [...parameters, ['Z', '1'] as [string, string]], url, ['12345'], false],
  ])('%s', (_how, given, at, tokens, isSigned) => {
    expect(isSignedByTwilio(signature, { url: at, parameters: given }, tokens)).toBe(isSigned);
  });
});

describe('a status callback', () => {
  it.each([
    ['accepted', null, 'sent', null],
    ['queued', null, 'sent', null],
    ['sending', null, 'sent', null],
    ['sent', null, 'sent', null],
    ['delivered', null, 'delivered', null],
    ['read', null, 'read', null],
    ['undelivered', '30006', 'failed', '30006'],
    ['failed', '30007', 'failed', '30007'],
    ['failed', null, 'failed', null],
    ['failed', 'a sentence <of html>', 'failed', null],
    ['delivered', '30006', 'delivered', null],
    ['canceled', null, 'failed', 'canceled'],
  ])('%s with error %s is %s', (status, errorCode, state, code) => {
    const form = { MessageSid: SID, MessageStatus: status, ...(errorCode === null ? {} : { ErrorCode: errorCode }) };

    expect(readTwilioCallback(aCallback(form))).toEqual({
      ok: true,
      receipts: [{ target: { by: 'attempt', attemptId: ATTEMPT, providerMessageId: SID }, state, at: null, code }],
    });
  });

  it.each(['received', 'receiving', 'a-status-of-tomorrow', 'constructor'])('%s tells nothing', MessageStatus => {
    expect(readTwilioCallback(aCallback({ MessageSid: SID, MessageStatus }))).toEqual({ ok: true, receipts: [] });
  });

  const bare = 'https://hub.example.org/api/v1/provider-callbacks/sms/tok123';
  it.each([
    [`${bare}?attempt=${ATTEMPT}`, { MessageSid: SID }, { by: 'attempt', attemptId: ATTEMPT, providerMessageId: SID }],
    [`${bare}?attempt=${ATTEMPT}`, { SmsSid: SID }, { by: 'attempt', attemptId: ATTEMPT, providerMessageId: SID }],
    [`${bare}?attempt=${ATTEMPT}`, { MessageSid: 'CA1' }, { by: 'attempt', attemptId: ATTEMPT, providerMessageId: null }],
    [bare, { MessageSid: SID }, { by: 'provider-id', providerMessageId: SID }],
    [`${bare}?attempt=1`, { MessageSid: SID }, { by: 'provider-id', providerMessageId: SID }],
    [
      `${bare}?attempt=${ATTEMPT}&attempt=${ATTEMPT.replace(/1$/, '2')}`,
      { MessageSid: SID },
      { by: 'provider-id', providerMessageId: SID },
    ],
  ])('to %s is about what it names', (url, form, target) => {
    const reading = readTwilioCallback(aCallback({ ...form, MessageStatus: 'delivered' }, { url }));

    expect(reading).toMatchObject({ ok: true, receipts: [{ target }] });
  });

  it.each([
    ['neither names a message', { MessageStatus: 'sent' }, { url: bare }],
    ['no status is told', { MessageSid: SID }, {}],
    ['it is JSON', { MessageSid: SID, MessageStatus: 'sent' }, { type: 'application/json' }],
    ['it is longer than any of Twilio', { MessageSid: SID, MessageStatus: 'sent', Body: 'x'.repeat(40_000) }, {}],
  ])('is malformed where %s', (_when, form, overrides) => {
    expect(readTwilioCallback(aCallback(form as Record<string, string>, overrides))).toEqual({ ok: false, problem: 'malformed-body' });
  });

  it('takes a form that names its character set', () => {
    const type = 'Application/X-WWW-Form-URLEncoded; charset=UTF-8';

    expect(readTwilioCallback(aCallback({ MessageSid: SID, MessageStatus: 'sent' }, { type }))).toMatchObject({ ok: true });
  });

  it.each([
    ['another body', { signature: sign(`${URL_OF_CALLBACK}MessageSid${SID}MessageStatusdelivered`) }],
    ['another token', { tokens: ['another-token'] }],
    ['the attempt of another', { signature: sign(`${URL_OF_CALLBACK.replace(/1$/, '2')}MessageSid${SID}MessageStatussent`) }],
    ['nothing that is Base64', { signature: 'ä'.repeat(28) }],
    ['no token known', { tokens: [] }],
  ])('is refused with %s', (_what, overrides) => {
    expect(readTwilioCallback(aCallback({ MessageSid: SID, MessageStatus: 'sent' }, overrides))).toEqual({
      ok: false,
      problem: 'no-matching-signature',
    });
  });

  it('is refused without a signature', () => {
    const { headers, ...callback } = aCallback({ MessageSid: SID, MessageStatus: 'sent' });

    expect(readTwilioCallback({ ...callback, headers: { 'content-type': headers['content-type'] } })).toEqual({
      ok: false,
      problem: 'missing-signature',
    });
  });

  it('counts each value of a repeated name once, and cannot tell which of two statuses is meant', () => {
    const body = Buffer.from(`MessageStatus=sent&MessageSid=${SID}&MessageStatus=delivered&MessageSid=${SID}`);
    const signature = sign(`${URL_OF_CALLBACK}MessageSid${SID}MessageStatusdeliveredMessageStatussent`);
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature };

    expect(readTwilioCallback({ authTokens: [TOKEN], url: URL_OF_CALLBACK, body, headers })).toEqual({
      ok: false,
      problem: 'malformed-body',
    });
  });

  it.each([
    ['bytes that are no UTF-8', Buffer.from([0x4d, 0x3d, 0xff, 0xfe, 0x80]), URL_OF_CALLBACK],
    ['percent signs that lead nowhere', Buffer.from('MessageSid=%&%zz=%ff%fe&=&&'), URL_OF_CALLBACK],
    ['nothing', Buffer.alloc(0), URL_OF_CALLBACK],
    ['a URL that is none', Buffer.from('MessageSid=1'), 'http://[/%'],
    ['one parameter for each byte', Buffer.from('a&'.repeat(16_000)), URL_OF_CALLBACK],
  ])('does not throw for %s', (_what, body, url) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': 'AAAA' };

    expect(readTwilioCallback({ authTokens: [TOKEN], url, body, headers })).toEqual({ ok: false, problem: 'no-matching-signature' });
  });
});
