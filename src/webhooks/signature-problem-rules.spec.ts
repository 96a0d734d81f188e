import type { WebhookSettings } from '../facilities/facility.settings.js';
import { signatureProblemMessage } from './signature-problem-rules.js';
import type { SignatureProblem } from './signature-rules.js';

const STANDARD: WebhookSettings = { scheme: 'standard-webhooks', headerName: null };
const PLAIN: WebhookSettings = { scheme: 'hmac-sha256', headerName: 'X-Hospital-Signature' };

const ID = 'the id of the event, the same on each try: 1 to 255 printable ASCII characters without spaces';
const TIME = 'the time of this try in whole seconds since 1970 (UTC), digits only';
const STANDARD_SIGNATURE =
  '`v1,` and the padded base64 of the HMAC-SHA256 over `{webhook-id}.{webhook-timestamp}.{body}`, the body byte for byte as it is sent, the key being the bytes that the base64 after `whsec_` stands for; several are separated by spaces, at most 16';
const PLAIN_SIGNATURE =
  'the HMAC-SHA256 over the body, byte for byte as it is sent, in hex or padded base64, with or without `sha256=` before it, the key being the secret exactly as it is shown, with `whsec_`; at most 16';

describe('signatureProblemMessage', () => {
  it.each<[SignatureProblem, string | null, WebhookSettings, string]>([
    ['missing-header', 'webhook-id', STANDARD, `The header webhook-id is missing or empty: ${ID}.`],
    ['missing-header', 'webhook-timestamp', STANDARD, `The header webhook-timestamp is missing or empty: ${TIME}.`],
    ['missing-header', 'X-Hospital-Signature', PLAIN, `The header X-Hospital-Signature is missing or empty: ${PLAIN_SIGNATURE}.`],
    [
      'repeated-header',
      'webhook-id',
      STANDARD,
      `The header webhook-id came more than once, or holds a list with commas: send it once, as ${ID}.`,
    ],
    ['malformed-header', 'webhook-signature', STANDARD, `The header webhook-signature is malformed: it must be ${STANDARD_SIGNATURE}.`],
    ['timestamp-malformed', 'webhook-timestamp', STANDARD, `The header webhook-timestamp is no timestamp: it must be ${TIME}.`],
    [
      'timestamp-too-old',
      'webhook-timestamp',
      STANDARD,
      "The time in webhook-timestamp is more than 300 seconds in the past: set the sender's clock, and make time and signature anew for each try.",
    ],
    [
      'timestamp-too-new',
      'webhook-timestamp',
      STANDARD,
      "The time in webhook-timestamp is more than 300 seconds in the future: set the sender's clock, and give seconds, not milliseconds.",
    ],
    [
      'no-matching-signature',
      'webhook-signature',
      STANDARD,
      `No signature in webhook-signature matches: it must be ${STANDARD_SIGNATURE}.`,
    ],
    [
      'no-matching-signature',
      'X-Hospital-Signature',
      PLAIN,
      `No signature in X-Hospital-Signature matches: it must be ${PLAIN_SIGNATURE}.`,
    ],
    [
      'no-secret',
      null,
      PLAIN,
      'The facility has no valid webhook secret: have one made with POST /api/v1/facilities/{facilityId}/webhook-secret.',
    ],
  ])('says of %s in %s what would be right', (code, header, settings, message) => {
    expect(signatureProblemMessage({ ok: false, code, header }, settings)).toBe(message);
  });

  it.each([
    [STANDARD, 'webhook-signature'],
    [PLAIN, 'X-Hospital-Signature'],
  ])('means the header of the signature where none is to blame', (settings, header) => {
    expect(signatureProblemMessage({ ok: false, code: 'missing-header', header: null }, settings)).toContain(`The header ${header} is`);
  });
});
