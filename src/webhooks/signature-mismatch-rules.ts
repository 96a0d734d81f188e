import type { WebhookSettings } from '../facilities/facility.settings.js';
import { headerOf, plainDigests, standardDigests } from './signature-header-rules.js';
import { rebuiltBodies, reencodedBodies, retrimmedBodies } from './signed-body-rules.js';
import {
  bytesOfSecret,
  ID_HEADER,
  matchesAny,
  SIGNATURE_HEADER,
  signatureHeaderOf,
  textOfSecret,
  TIMESTAMP_HEADER,
  type SignedDelivery,
} from './signature-rules.js';

/**
 * What was signed instead of what should have been. `body-reserialized`: the same JSON, laid out or ordered anew.
 * `body-reencoded`: the same text in other bytes. `trimmed-body`: with or without the space around it. `wrong-scheme`: by the
 * other scheme, or with the secret read as the other scheme reads it.
 */
export type SignatureMismatch = 'body-reserialized' | 'body-reencoded' | 'trimmed-body' | 'wrong-scheme';

/** Looked into at most: an event is a few KiB, and one of any size would have anyone's request hashed dozens of times. */
const MAX_BODY_BYTES = 32_768;
const MAX_SECRETS = 4;

type Parts = readonly (string | Buffer)[];
type SignedOver = (body: Buffer) => Parts;

/** Which common mistake would explain that `verifySignature` found no match; null: none, or it did match. The clock plays no part. */
export function explainMismatch(delivery: SignedDelivery, settings: WebhookSettings, secrets: readonly string[]): SignatureMismatch | null {
  const { rawBody } = delivery;
  const digests = digestsOf(delivery, settings);
  const known = secrets.slice(0, MAX_SECRETS);
  if (digests.length === 0 || known.length === 0 || rawBody.length > MAX_BODY_BYTES) return null;
  const isStandard = settings.scheme === 'standard-webhooks';
  const keys = usable(known.map(isStandard ? bytesOfSecret : textOfSecret));
  const otherKeys = usable(known.map(isStandard ? textOfSecret : bytesOfSecret));
  const standard = standardParts(delivery);
  const plain: SignedOver = body => [body];
  const own = isStandard ? standard : plain;
  const other = isStandard ? plain : standard;
  const fits = (by: SignedOver | null, among: readonly Buffer[], body: Buffer): boolean =>
    by !== null && matchesAny(digests, among, by(body));

  if (fits(own, keys, rawBody)) return null;
  if (fits(own, otherKeys, rawBody) || fits(other, keys, rawBody) || fits(other, otherKeys, rawBody)) return 'wrong-scheme';
  for (const [mismatch, bodies] of [
    ['body-reencoded', reencodedBodies],
    ['trimmed-body', retrimmedBodies],
    ['body-reserialized', rebuiltBodies],
  ] as const) {
    for (const body of bodies(rawBody)) if (fits(own, keys, body)) return mismatch;
  }
  return null;
}

/** Of all headers that either scheme looks at, in any form. */
function digestsOf({ headers }: SignedDelivery, settings: WebhookSettings): Buffer[] {
  const plainHeader = signatureHeaderOf({ scheme: 'hmac-sha256', headerName: settings.headerName });
  const signature = headerOf(headers, SIGNATURE_HEADER);
  const candidates = [standardDigests(signature), plainDigests(signature), plainDigests(headerOf(headers, plainHeader))];
  return candidates.flatMap(digests => digests ?? []);
}

function standardParts({ headers }: SignedDelivery): SignedOver | null {
  const id = headerOf(headers, ID_HEADER);
  const timestamp = headerOf(headers, TIMESTAMP_HEADER);
  return id === '' || timestamp === '' ? null : body => [`${id}.${timestamp}.`, body];
}

function usable(keys: readonly Buffer[]): Buffer[] {
  return keys.filter(key => key.length > 0);
}
