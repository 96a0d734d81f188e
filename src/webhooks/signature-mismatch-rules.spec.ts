import { createHmac } from 'node:crypto';
import type { WebhookSettings } from '../facilities/facility.settings.js';
import { explainMismatch, type SignatureMismatch } from './signature-mismatch-rules.js';
import type { DeliveryHeaders } from './signature-header-rules.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const BYTES = Buffer.from(SECRET.slice(6), 'base64');
const NOW = new Date('2026-10-01T00:00:00Z');
const STANDARD: WebhookSettings = { scheme: 'standard-webhooks', headerName: null };
const PLAIN: WebhookSettings = { scheme: 'hmac-sha256', headerName: 'X-Hospital-Signature' };

const standard = (signed: string | Buffer, key: string | Buffer = BYTES): DeliveryHeaders => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': '1',
  'webhook-signature': `v1,${createHmac('sha256', key).update('msg_1.1.').update(signed).digest('base64')}`,
});
const plain = (signed: string | Buffer, name = 'x-hospital-signature', key: string | Buffer = SECRET): DeliveryHeaders => ({
  [name]: createHmac('sha256', key).update(signed).digest('hex'),
});
const explain = (headers: DeliveryHeaders, body: string | Buffer, settings = STANDARD): SignatureMismatch | null =>
  explainMismatch({ headers, rawBody: Buffer.from(body), now: NOW }, settings, [`whsec_${'A'.repeat(44)}`, SECRET]);

const SENT = '{"name":"Testa Ñ","z":[1,{"b":true,"a":null}],"url":"https://a.test/","e":{}}';
const ESCAPED = SENT.replace('Ñ', '\\u00d1');

describe('explainMismatch', () => {
  it.each<[string, string, string, SignatureMismatch]>([
    ['compact, sent with spaces', '{"a":1,"b":[1,2]}', '{ "a": 1, "b": [1, 2] }', 'body-reserialized'],
    [
      'as Python writes it',
      '{"a": 1, "b": [1, {"c": ""}], "d": {}, "e": []}',
      '{"a":1,"b":[1,{"c":""}],"d":{},"e":[]}',
      'body-reserialized',
    ],
    ['as Python writes it, escaped', '{"a": "\\u00d1, x: {", "b": 2}', '{"a":"Ñ, x: {","b":2}', 'body-reserialized'],
    ['as PHP writes it', ESCAPED.replaceAll('/', '\\/'), SENT, 'body-reserialized'],
    ['indented by two', '{\n  "a": [\n    1\n  ]\n}', '{"a":[1]}', 'body-reserialized'],
    ['indented by four', '{\n    "a": [\n        1\n    ]\n}', '{"a":[1]}', 'body-reserialized'],
    ['with sorted keys', '{"a":{"c":1,"d":2},"b":2}', '{"b":2,"a":{"d":2,"c":1}}', 'body-reserialized'],
    ['with sorted keys, as Python writes it', '{"a": 1, "b": 2}', '{"b":2,"a":1}', 'body-reserialized'],
    ['escaped, sent as it is', ESCAPED, SENT, 'body-reencoded'],
    ['as it is, sent escaped', SENT, ESCAPED, 'body-reencoded'],
    ['with Windows line ends', '{\r\n"a":1\r\n}', '{\n"a":1\n}', 'body-reencoded'],
    ['with Unix line ends', '{\n"a":1\n}', '{\r\n"a":1\r\n}', 'body-reencoded'],
    ['with a byte order mark', '\ufeff{"a":1}', '{"a":1}', 'body-reencoded'],
    ['without its byte order mark', '{"a":1}', '\ufeff{"a":1}', 'body-reencoded'],
    ['without its line end', '{"a":1}', '{"a":1}\n', 'trimmed-body'],
    ['with a line end more', '{"a":1}\n', '{"a":1}', 'trimmed-body'],
    ['without the space around', '{"a":1}', ' {"a":1}\r\n', 'trimmed-body'],
  ])('knows what was signed %s', (_, signed, sent, mismatch) => {
    expect(explain(standard(signed), sent)).toBe(mismatch);
    expect(explain(plain(signed), sent, PLAIN)).toBe(mismatch);
  });

  it.each([
    ['latin-1', Buffer.from(SENT, 'latin1')],
    ['UTF-16', Buffer.from(SENT, 'utf16le')],
    ['UTF-8 made twice', Buffer.from(Buffer.from(SENT).toString('latin1'))],
  ])('knows what was signed as %s', (_, signed) => {
    expect(explain(standard(signed), SENT)).toBe('body-reencoded');
  });

  it.each<[string, DeliveryHeaders, WebhookSettings]>([
    ['the body alone, in X-Signature', plain(SENT, 'x-signature'), STANDARD],
    [
      'the body alone, in webhook-signature',
      { ...standard(SENT), 'webhook-signature': `v1,${createHmac('sha256', BYTES).update(SENT).digest('base64')}` },
      STANDARD,
    ],
    ['with the secret as text', standard(SENT, SECRET), STANDARD],
    ['in hex', { ...standard(SENT), 'webhook-signature': createHmac('sha256', SECRET).update(SENT).digest('hex') }, STANDARD],
    ['by Standard Webhooks', standard(SENT), PLAIN],
    ['with the secret as bytes', plain(SENT, 'x-hospital-signature', BYTES), PLAIN],
  ])('knows the other scheme: %s', (_, headers, settings) => {
    expect(explain(headers, SENT, settings)).toBe('wrong-scheme');
  });

  it.each<[string, DeliveryHeaders, string]>([
    ['a signature that matches, however old', standard(SENT), SENT],
    ['another body', standard('{"a":2}'), '{"a":1}'],
    ['another secret', standard(SENT, Buffer.alloc(32, 7)), SENT],
    ['no header at all', {}, SENT],
    ['no JSON', standard('a'), 'b'],
    ['no body', standard('{}'), ''],
    ['a body over 32 KiB', standard(`{"a":"${'x'.repeat(33_000)}"}`), `{"a":"${'x'.repeat(33_000)}"} `],
  ])('has no explanation for %s', (_, headers, body) => {
    expect(explain(headers, body)).toBeNull();
  });

  it.each([
    ['10,000 deep', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['wide at the deepest that is read', `${'['.repeat(32)}${'0,'.repeat(16_000)}0${']'.repeat(32)}`],
    ['of white space', ' '.repeat(32_000)],
    ['of line ends', '\r'.repeat(32_000)],
    ['of brackets that never close', '{'.repeat(32_000)],
  ])('is soon done with a hostile body %s', (_, body) => {
    const before = performance.now();

    expect(explain(standard('other'), body)).toBeNull();
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});
