import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { readViberCallback } from './viber-callback.js';

const TOKEN = 'an-auth-token-that-is-invented';
const MESSAGE = '4912661846655238145';
const USER = '01234567890A=';

/** By the rule's own words, apart from the code under test. */
const sign = (body: string | Buffer, token = TOKEN): string => createHmac('sha256', token).update(body).digest('hex');

function aCallback(body: string, overrides: { signature?: string; token?: string } = {}) {
  return {
    authToken: overrides.token ?? TOKEN,
    body: Buffer.from(body),
    headers: { 'content-type': 'application/json', 'x-viber-content-signature': overrides.signature ?? sign(body) },
  };
}

describe('a receipt', () => {
  it.each([
    ['delivered', '', 'delivered', null],
    ['seen', '', 'read', null],
    ['failed', ',"desc":"receiverNotSubscribed"', 'failed', '6'],
    ['failed', ',"desc":"Receiver no suitable device"', 'failed', '11'],
    ['failed', ',"desc":"Testa Inventada"', 'failed', null],
    ['failed', ',"desc":"Testa"', 'failed', null],
    ['failed', ',"desc":"6"', 'failed', null],
    ['failed', ',"desc":""', 'failed', null],
    ['failed', ',"desc":{"receiverNotSubscribed":6}', 'failed', null],
    ['failed', '', 'failed', null],
    ['delivered', ',"desc":"receiverNotSubscribed"', 'delivered', null],
  ])('of %s%s is %s', (event, more, state, code) => {
    const body = `{"event":"${event}","timestamp":1457764197627,"message_token":${MESSAGE},"user_id":"${USER}"${more}}`;

    expect(readViberCallback(aCallback(body))).toEqual({
      ok: true,
      receipts: [{ target: { by: 'provider-id', providerMessageId: MESSAGE }, state, at: new Date(1457764197627), code }],
    });
  });

  it.each([
    [MESSAGE, MESSAGE],
    [`"${MESSAGE}"`, MESSAGE],
    ['9007199254740993', '9007199254740993'],
    ['18446744073709551615', '18446744073709551615'],
    ['7', '7'],
  ])('of message %s names it exactly', (written, providerMessageId) => {
    const reading = readViberCallback(aCallback(`{"event":"seen","message_token":${written}}`));

    expect(reading).toMatchObject({ ok: true, receipts: [{ target: { by: 'provider-id', providerMessageId } }] });
  });

  it.each(['null', '"yesterday"', '0', '-5', '1e300', '14577641976270000', '{}', '[]'])('at %s tells no time', timestamp => {
    const reading = readViberCallback(aCallback(`{"event":"seen","timestamp":${timestamp},"message_token":${MESSAGE}}`));

    expect(reading).toMatchObject({ ok: true, receipts: [{ at: null }] });
  });

  it.each(['null', '0', '-1', '1.5', '"a token"', '1e18', '{}', '[1]', '111111111111111111111'])(
    'of message %s is about none, and malformed',
    token => {
      expect(readViberCallback(aCallback(`{"event":"delivered","message_token":${token}}`))).toEqual({
        ok: false,
        problem: 'malformed-body',
      });
    },
  );
});

describe('another event', () => {
  it.each([
    ['webhook', `,"timestamp":1457764197627,"message_token":${MESSAGE}`],
    ['subscribed', `,"user":{"id":"${USER}","name":"Testa Inventada"},"message_token":${MESSAGE}`],
    ['unsubscribed', `,"user_id":"${USER}","message_token":${MESSAGE}`],
    ['conversation_started', `,"type":"open","user":{"id":"${USER}"},"message_token":${MESSAGE}`],
    ['message', `,"sender":{"id":"${USER}"},"message":{"type":"text","text":"delivered"},"message_token":${MESSAGE}`],
    ['client_status', ''],
    ['constructor', ''],
    ['Delivered', `,"message_token":${MESSAGE}`],
  ])('(%s) is well, and no receipt', (event, more) => {
    expect(readViberCallback(aCallback(`{"event":"${event}"${more}}`))).toEqual({ ok: true, receipts: [] });
  });
});

describe('what is no event', () => {
  it.each(['', ' ', '{', '{"event":"delivered"', 'event=delivered', '[]', 'null', '"delivered"', '{}', '['.repeat(200_000)])(
    'is malformed (%#)',
    body => {
      expect(readViberCallback(aCallback(body))).toEqual({ ok: false, problem: 'malformed-body' });
    },
  );

  it('is malformed where it is no UTF-8', () => {
    const body = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]);
    const headers = { 'x-viber-content-signature': sign(body) };

    expect(readViberCallback({ authToken: TOKEN, body, headers })).toEqual({ ok: false, problem: 'malformed-body' });
  });
});

describe('the signature', () => {
  const body = `{"event":"delivered","timestamp":1457764197627,"message_token":${MESSAGE},"user_id":"${USER}"}`;

  it('may be in capital letters', () => {
    expect(readViberCallback(aCallback(body, { signature: sign(body).toUpperCase() }))).toMatchObject({ ok: true });
  });

  it.each([
    ['of another token', { signature: sign(body, 'another-token') }],
    ['of another body', { signature: sign(`${body} `) }],
    ['that is cut', { signature: sign(body).slice(0, 62) }],
    ['that is longer', { signature: `${sign(body)}00` }],
    ['twice', { signature: `${sign(body)}, ${sign(body)}` }],
    ['that is no hexadecimal number', { signature: 'ä'.repeat(64) }],
    ['in Base64', { signature: createHmac('sha256', TOKEN).update(body).digest('base64') }],
    ['of an empty token', { signature: sign(body, ''), token: '' }],
    ['of a body that is malformed besides', { signature: sign('{') }],
  ])('is not taken: one %s', (_what, overrides) => {
    expect(readViberCallback(aCallback(body, overrides))).toEqual({ ok: false, problem: 'no-matching-signature' });
  });

  it.each([[{}], [{ 'x-viber-content-signature': '' }]])('is not there in %j', headers => {
    expect(readViberCallback({ authToken: TOKEN, body: Buffer.from(body), headers })).toEqual({ ok: false, problem: 'missing-signature' });
  });
});

describe('whatever comes', () => {
  const bytes = fc.uint8Array({ maxLength: 300 }).map(array => Buffer.from(array));
  const anything = fc.anything({ maxDepth: 2 });
  const event = fc
    .record(
      {
        event: fc.oneof(fc.constantFrom('delivered', 'seen', 'failed', 'message', '__proto__'), anything),
        timestamp: fc.oneof(fc.integer(), fc.double(), anything),
        message_token: fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n }).map(String), fc.integer(), anything),
        desc: fc.oneof(fc.string(), anything),
      },
      { requiredKeys: [] },
    )
    .map(value => Buffer.from(JSON.stringify(value, (_key, own: unknown) => (typeof own === 'bigint' ? String(own) : own))));

  it('nothing throws, and what is signed is read as no more than one receipt without words', () => {
    const seen = { read: 0, malformed: 0 };
    fc.assert(
      fc.property(fc.oneof(bytes, event), body => {
        const reading = readViberCallback({ authToken: TOKEN, body, headers: { 'x-viber-content-signature': sign(body) } });
        seen[reading.ok ? 'read' : 'malformed']++;
        if (!reading.ok) return reading.problem === 'malformed-body';
        return reading.receipts.length <= 1 && reading.receipts.every(({ code }) => code === null || /^\d{1,2}$/.test(code));
      }),
      { numRuns: 2_000 },
    );

    expect(Math.min(seen.read, seen.malformed)).toBeGreaterThan(200);
  });

  it('nothing unsigned is accepted', () => {
    const signature = fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f]{64}$/));
    fc.assert(
      fc.property(fc.oneof(bytes, event), signature, fc.constantFrom(TOKEN, ''), (body, given, authToken) => {
        return !readViberCallback({ authToken, body, headers: { 'x-viber-content-signature': given } }).ok;
      }),
      { numRuns: 2_000 },
    );
  });
});
