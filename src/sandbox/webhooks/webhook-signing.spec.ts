import { signatureHeaders, signPlainHmac, signStandardWebhook } from './webhook-signing.js';
import type { WebhookTarget } from './webhook-target.js';

/** The vector of Standard Webhooks. */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const MESSAGE = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330, body: '{"test": 2432232314}' };
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

it('signs as the vector of Standard Webhooks says', () => {
  expect(signStandardWebhook(MESSAGE, SECRET)).toBe(SIGNATURE);
});

it.each([
  ['id', { ...MESSAGE, id: 'msg_other' }],
  ['timestamp', { ...MESSAGE, timestamp: 1614265331 }],
  ['body', { ...MESSAGE, body: '{"test":2432232314}' }],
])('another %s has another signature', (_title, message) => {
  expect(signStandardWebhook(message, SECRET)).not.toBe(SIGNATURE);
});

/** RFC 4231, test case 2. */
it.each([
  ['hex', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  ['base64', 'W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM='],
] as const)('signs a plain HMAC in %s', (encoding, expected) => {
  expect(signPlainHmac('what do ya want for nothing?', 'Jefe', encoding)).toBe(expected);
});

it('keys a plain HMAC with the secret as it is shown', () => {
  expect(signPlainHmac('{}', SECRET, 'hex')).not.toBe(signPlainHmac('{}', SECRET.replace('whsec_', ''), 'hex'));
});

describe('signatureHeaders', () => {
  const target: WebhookTarget = { url: 'http://hub.test/', scheme: 'standard-webhooks', secret: SECRET };

  it('are the three of Standard Webhooks', () => {
    expect(signatureHeaders(target, MESSAGE)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': SIGNATURE,
    });
  });

  it.each([
    ['its default', {}, 'X-Signature'],
    ['its default for null', { headerName: null }, 'X-Signature'],
    ['the given name', { headerName: 'X-Hospital-Mac', encoding: 'hex' as const }, 'X-Hospital-Mac'],
  ])('are one of a plain HMAC, with %s', (_title, change, name) => {
    const headers = signatureHeaders({ ...target, scheme: 'hmac-sha256', ...change }, MESSAGE);

    expect(headers).toEqual({ [name]: signPlainHmac(MESSAGE.body, SECRET, 'encoding' in change ? 'hex' : 'base64') });
  });
});
