import { createHmac, randomBytes } from 'node:crypto';
import type { WebhookSettings } from '../facilities/facility.settings.js';
import { verifySignature, type SignatureProblem, type SignatureVerdict, type SignedDelivery } from './signature-rules.js';

/** The vector of Standard Webhooks. */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const TIMESTAMP = 1614265330;
const HEADERS = { 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': String(TIMESTAMP), 'webhook-signature': SIGNATURE };
const RAW = Buffer.from('{"test": 2432232314}');
const NOW = new Date(TIMESTAMP * 1_000);
const OTHER_SECRET = `whsec_${randomBytes(32).toString('base64')}`;

const STANDARD: WebhookSettings = { scheme: 'standard-webhooks', headerName: null };
const PLAIN: WebhookSettings = { scheme: 'hmac-sha256', headerName: null };

const ACCEPTED: SignatureVerdict = { ok: true, webhookId: HEADERS['webhook-id'] };
const refusal = (code: SignatureProblem, header: string | null): SignatureVerdict => ({ ok: false, code, header });

const verifyStandard = (
  headers: SignedDelivery['headers'],
  more: { rawBody?: Buffer; now?: Date; secrets?: string[] } = {},
): SignatureVerdict =>
  verifySignature(
    { headers: { ...HEADERS, ...headers }, rawBody: more.rawBody ?? RAW, now: more.now ?? NOW },
    STANDARD,
    more.secrets ?? [SECRET],
  );

const seconds = (offset: number): Date => new Date(NOW.getTime() + offset * 1_000);

describe('verifySignature, standard-webhooks', () => {
  it.each<[string, SignedDelivery['headers'], string[]]>([
    ['the published vector', {}, [SECRET]],
    ['one of several secrets', {}, [OTHER_SECRET, SECRET]],
    ['one of several signatures', { 'webhook-signature': `v1,${'A'.repeat(43)}= ${SIGNATURE}` }, [SECRET]],
    ['unknown versions beside it', { 'webhook-signature': `v2,abc v1a,${'B'.repeat(86)}== ${SIGNATURE}` }, [SECRET]],
    ['a v1 beside it that is no digest', { 'webhook-signature': `v1,short ${SIGNATURE}` }, [SECRET]],
    ['more spaces than one', { 'webhook-signature': `  v9,x   ${SIGNATURE} ` }, [SECRET]],
    ['a secret without its prefix', {}, [SECRET.replace('whsec_', '')]],
    ['sixteen signatures', { 'webhook-signature': `${`v1,${'A'.repeat(43)}= `.repeat(15)}${SIGNATURE}` }, [SECRET]],
    ['headers that came as lists of one', { 'webhook-id': [HEADERS['webhook-id']], 'webhook-signature': [SIGNATURE] }, [SECRET]],
  ])('takes %s', (_, headers, secrets) => {
    expect(verifyStandard(headers, { secrets })).toEqual(ACCEPTED);
  });

  it('signs bytes, whatever text they are', () => {
    const rawBody = Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0xc3, 0x7d]);
    const key = Buffer.from(SECRET.slice(6), 'base64');
    const mac = createHmac('sha256', key).update(`${HEADERS['webhook-id']}.${TIMESTAMP}.`).update(rawBody).digest('base64');

    expect(verifyStandard({ 'webhook-signature': `v1,${mac}` }, { rawBody })).toEqual(ACCEPTED);
    expect(verifyStandard({ 'webhook-signature': `v1,${mac}` }, { rawBody: Buffer.from(rawBody.toString('utf8')) }).ok).toBe(false);
  });

  it.each([
    [-301, 'timestamp-too-new'],
    [-300, null],
    [0, null],
    [300, null],
    [300.999, null],
    [301, 'timestamp-too-old'],
  ] as const)('judges a delivery that arrives %s s after its timestamp: %s', (offset, code) => {
    expect(verifyStandard({}, { now: seconds(offset) })).toEqual(code === null ? ACCEPTED : refusal(code, 'webhook-timestamp'));
  });

  it.each<[string, SignedDelivery['headers'], SignatureProblem, string]>([
    ['no id', { 'webhook-id': undefined }, 'missing-header', 'webhook-id'],
    ['an empty id', { 'webhook-id': '' }, 'missing-header', 'webhook-id'],
    ['no timestamp', { 'webhook-timestamp': undefined }, 'missing-header', 'webhook-timestamp'],
    ['no signature', { 'webhook-signature': undefined }, 'missing-header', 'webhook-signature'],
    ['a signature of spaces', { 'webhook-signature': '  ' }, 'malformed-header', 'webhook-signature'],
    ['two ids', { 'webhook-id': ['a', 'b'] }, 'repeated-header', 'webhook-id'],
    ['two ids, joined', { 'webhook-id': 'a, b' }, 'repeated-header', 'webhook-id'],
    ['two timestamps', { 'webhook-timestamp': `${TIMESTAMP}, ${TIMESTAMP}` }, 'repeated-header', 'webhook-timestamp'],
    ['two signature headers', { 'webhook-signature': [SIGNATURE, SIGNATURE] }, 'repeated-header', 'webhook-signature'],
    ['an id with a space', { 'webhook-id': 'msg 1' }, 'malformed-header', 'webhook-id'],
    ['an id of 256 characters', { 'webhook-id': 'x'.repeat(256) }, 'malformed-header', 'webhook-id'],
    ['an id that is not ASCII', { 'webhook-id': 'msg_é' }, 'malformed-header', 'webhook-id'],
    ['a time in words', { 'webhook-timestamp': 'Thu, 25 Feb 2021 15:02:10 GMT' }, 'timestamp-malformed', 'webhook-timestamp'],
    ['a time in ISO 8601', { 'webhook-timestamp': '2021-02-25T15:02:10Z' }, 'timestamp-malformed', 'webhook-timestamp'],
    ['a fraction', { 'webhook-timestamp': `${TIMESTAMP}.0` }, 'timestamp-malformed', 'webhook-timestamp'],
    ['a sign', { 'webhook-timestamp': `+${TIMESTAMP}` }, 'timestamp-malformed', 'webhook-timestamp'],
    ['a leading zero', { 'webhook-timestamp': `0${TIMESTAMP}` }, 'timestamp-malformed', 'webhook-timestamp'],
    ['an exponent', { 'webhook-timestamp': '1e9' }, 'timestamp-malformed', 'webhook-timestamp'],
    ['digits of another script', { 'webhook-timestamp': '١٦١٤٢٦٥٣٣٠' }, 'timestamp-malformed', 'webhook-timestamp'],
    ['a time of 400 digits', { 'webhook-timestamp': '9'.repeat(400) }, 'timestamp-malformed', 'webhook-timestamp'],
    ['milliseconds', { 'webhook-timestamp': `${TIMESTAMP}00` }, 'timestamp-too-new', 'webhook-timestamp'],
    ['a signature without a version', { 'webhook-signature': SIGNATURE.slice(3) }, 'malformed-header', 'webhook-signature'],
    ['a signature in hex', { 'webhook-signature': `v1,${'ab'.repeat(32)}` }, 'malformed-header', 'webhook-signature'],
    ['a signature without padding', { 'webhook-signature': SIGNATURE.slice(0, -1) }, 'malformed-header', 'webhook-signature'],
    ['a list with commas', { 'webhook-signature': `${SIGNATURE}, ${SIGNATURE}` }, 'repeated-header', 'webhook-signature'],
    ['seventeen signatures', { 'webhook-signature': `${SIGNATURE} `.repeat(17) }, 'malformed-header', 'webhook-signature'],
    ['16 KiB of spaces and commas', { 'webhook-signature': `${SIGNATURE}${' ,'.repeat(8_192)}` }, 'malformed-header', 'webhook-signature'],
    ['unknown versions alone', { 'webhook-signature': SIGNATURE.replace('v1', 'v2') }, 'no-matching-signature', 'webhook-signature'],
    ['a version in capitals', { 'webhook-signature': SIGNATURE.replace('v1', 'V1') }, 'no-matching-signature', 'webhook-signature'],
    ['the same bits in other base64', { 'webhook-signature': SIGNATURE.replace('OE=', 'OF=') }, 'malformed-header', 'webhook-signature'],
    ['another id than was signed', { 'webhook-id': 'msg_other' }, 'no-matching-signature', 'webhook-signature'],
    ['another time than was signed', { 'webhook-timestamp': String(TIMESTAMP + 1) }, 'no-matching-signature', 'webhook-signature'],
  ])('refuses %s', (_, headers, code, header) => {
    expect(verifyStandard(headers)).toEqual(refusal(code, header));
  });

  it.each([
    ['another body', { rawBody: Buffer.from('{"test":2432232314}') }, refusal('no-matching-signature', 'webhook-signature')],
    ['a line end more', { rawBody: Buffer.from('{"test": 2432232314}\n') }, refusal('no-matching-signature', 'webhook-signature')],
    ['another secret', { secrets: [OTHER_SECRET] }, refusal('no-matching-signature', 'webhook-signature')],
    ['no secret at all', { secrets: [] }, refusal('no-secret', null)],
    ['a secret of no bytes', { secrets: ['whsec_'] }, refusal('no-secret', null)],
  ])('refuses %s', (_, more, verdict) => {
    expect(verifyStandard({}, more)).toEqual(verdict);
  });

  it('does not take what an empty key has signed', () => {
    const mac = createHmac('sha256', '').update(`${HEADERS['webhook-id']}.${TIMESTAMP}.`).update(RAW).digest('base64');

    expect(verifyStandard({ 'webhook-signature': `v1,${mac}` }, { secrets: ['whsec_', '', SECRET] }).ok).toBe(false);
  });
});

describe('verifySignature, hmac-sha256', () => {
  const mac = createHmac('sha256', SECRET).update(RAW).digest();
  const [hex, base64] = [mac.toString('hex'), mac.toString('base64')];
  const verify = (headers: SignedDelivery['headers'], settings = PLAIN, secrets = [SECRET], rawBody = RAW): SignatureVerdict =>
    verifySignature({ headers, rawBody, now: NOW }, settings, secrets);

  it.each([
    ['hex', hex],
    ['hex in capitals', hex.toUpperCase()],
    ['base64', base64],
    ['hex with sha256=', `sha256=${hex}`],
    ['base64 with SHA256=', `SHA256=${base64}`],
    ['a list with commas', `sha256=${'0'.repeat(64)},sha256=${hex}`],
    ['a list with commas and spaces', `${'0'.repeat(64)}, ${base64}`],
    ['what is no digest beside it', `t=1614265330,${hex}`],
  ])('takes %s', (_, value) => {
    expect(verify({ 'x-signature': value })).toEqual({ ok: true, webhookId: null });
  });

  it('reads the header that the facility names, in any case', () => {
    const settings: WebhookSettings = { scheme: 'hmac-sha256', headerName: 'X-Hospital-Signature' };

    expect(verify({ 'x-hospital-signature': hex }, settings)).toEqual({ ok: true, webhookId: null });
    expect(verify({ 'x-signature': hex }, settings)).toEqual(refusal('missing-header', 'X-Hospital-Signature'));
  });

  it('knows no webhook-id, for it is not signed', () => {
    expect(verify({ 'x-signature': hex, 'webhook-id': 'msg_1' })).toEqual({ ok: true, webhookId: null });
  });

  it.each<[string, SignedDelivery['headers'], SignatureProblem]>([
    ['no header', {}, 'missing-header'],
    ['an empty one', { 'x-signature': '' }, 'missing-header'],
    ['what is neither hex nor base64', { 'x-signature': 'sha256=secret' }, 'malformed-header'],
    ['a digest of SHA-1', { 'x-signature': `sha1=${'a'.repeat(40)}` }, 'malformed-header'],
    ['seventeen signatures', { 'x-signature': Array.from({ length: 17 }, () => hex).join(',') }, 'malformed-header'],
    ['another digest', { 'x-signature': '0'.repeat(64) }, 'no-matching-signature'],
    [
      'a digest made with the decoded secret',
      {
        'x-signature': createHmac('sha256', Buffer.from(SECRET.slice(6), 'base64'))
          .update(RAW)
          .digest('hex'),
      },
      'no-matching-signature',
    ],
  ])('refuses %s', (_, headers, code) => {
    expect(verify(headers)).toEqual(refusal(code, 'X-Signature'));
  });

  it('reads no header from the prototype of the headers', () => {
    expect(verify({}, { scheme: 'hmac-sha256', headerName: 'constructor' })).toEqual(refusal('missing-header', 'constructor'));
  });

  it('refuses everything where there is no secret', () => {
    expect(verify({ 'x-signature': hex }, PLAIN, [])).toEqual(refusal('no-secret', null));
    expect(verify({ 'x-signature': createHmac('sha256', '').update(RAW).digest('hex') }, PLAIN, [''])).toEqual(refusal('no-secret', null));
  });
});
