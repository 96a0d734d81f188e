import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookSettings } from '../facilities/facility.settings.js';
import { headerOf, plainDigests, standardDigests, type DeliveryHeaders } from './signature-header-rules.js';

/** A webhook as it came. */
export interface SignedDelivery {
  headers: DeliveryHeaders;
  /** Never decoded before it is verified. */
  rawBody: Buffer;
  now: Date;
}

export type SignatureProblem =
  | 'missing-header'
  | 'repeated-header'
  | 'malformed-header'
  | 'timestamp-malformed'
  | 'timestamp-too-old'
  | 'timestamp-too-new'
  | 'no-matching-signature'
  | 'no-secret';

/** `header`: the one that is to blame. Never what would have matched. */
export interface SignatureRefusal {
  ok: false;
  code: SignatureProblem;
  header: string | null;
}
/** `webhookId`: of `standard-webhooks`, where it is signed too. */
export type SignatureVerdict = { ok: true; webhookId: string | null } | SignatureRefusal;

export const ID_HEADER = 'webhook-id';
export const TIMESTAMP_HEADER = 'webhook-timestamp';
export const SIGNATURE_HEADER = 'webhook-signature';
const DEFAULT_HMAC_HEADER = 'X-Signature';
/** Both ways, as the specification's own libraries have it. */
export const TOLERANCE_SECONDS = 300;

/**
 * Was it signed by who knows one of `secrets`? By the facility's scheme: `standard-webhooks`
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md) signs id, time and raw body,
 * `hmac-sha256` the raw body alone.
 */
export function verifySignature(delivery: SignedDelivery, settings: WebhookSettings, secrets: readonly string[]): SignatureVerdict {
  return settings.scheme === 'standard-webhooks'
    ? verifyStandard(delivery, secrets)
    : verifyPlain(delivery, signatureHeaderOf(settings), secrets);
}

/** Where the signature stands, as the vendor writes it. */
export function signatureHeaderOf(settings: WebhookSettings): string {
  return settings.scheme === 'standard-webhooks' ? SIGNATURE_HEADER : (settings.headerName ?? DEFAULT_HMAC_HEADER);
}

function verifyStandard({ headers, rawBody, now }: SignedDelivery, secrets: readonly string[]): SignatureVerdict {
  const id = single(headers, ID_HEADER);
  const timestamp = single(headers, TIMESTAMP_HEADER);
  const signature = single(headers, SIGNATURE_HEADER);
  if (typeof id !== 'string') return id;
  if (typeof timestamp !== 'string') return timestamp;
  if (typeof signature !== 'string') return signature;
  if (!/^[\x21-\x7e]{1,255}$/.test(id)) return refused('malformed-header', ID_HEADER);
  const clock = judgeTimestamp(timestamp, now);
  if (clock) return refused(clock, TIMESTAMP_HEADER);
  const digests = standardDigests(signature);
  if (!digests) return refused('malformed-header', SIGNATURE_HEADER);
  return judge(digests, secrets.map(bytesOfSecret), [`${id}.${timestamp}.`, rawBody], SIGNATURE_HEADER, id);
}

function verifyPlain({ headers, rawBody }: SignedDelivery, header: string, secrets: readonly string[]): SignatureVerdict {
  const value = headerOf(headers, header);
  if (value === '') return refused('missing-header', header);
  const digests = plainDigests(value);
  if (!digests || digests.length === 0) return refused('malformed-header', header);
  return judge(digests, secrets.map(textOfSecret), [rawBody], header, null);
}

/** Every digest with every key, whatever came out before: how long it takes tells nothing. */
function judge(
  digests: readonly Buffer[],
  keys: readonly Buffer[],
  signed: readonly (string | Buffer)[],
  header: string,
  webhookId: string | null,
): SignatureVerdict {
  const usable = keys.filter(key => key.length > 0);
  if (usable.length === 0) return refused('no-secret', null);
  return matchesAny(digests, usable, signed) ? { ok: true, webhookId } : refused('no-matching-signature', header);
}

/** Digests of 32 bytes. `signed`: the parts that are signed, one after the other. */
export function matchesAny(digests: readonly Buffer[], keys: readonly Buffer[], signed: readonly (string | Buffer)[]): boolean {
  let count = 0;
  for (const key of keys) {
    const hmac = createHmac('sha256', key);
    for (const part of signed) hmac.update(part);
    const expected = hmac.digest();
    for (const digest of digests) count += Number(timingSafeEqual(expected, digest));
  }
  return count > 0;
}

/** `whsec_` + base64: the bytes that are meant. */
export function bytesOfSecret(secret: string): Buffer {
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
}

/** The secret exactly as it is shown. */
export function textOfSecret(secret: string): Buffer {
  return Buffer.from(secret, 'utf8');
}

/** node:http joins what was repeated with a comma and a space, which no single value of these has. */
function single(headers: DeliveryHeaders, name: string): string | SignatureRefusal {
  const value = headerOf(headers, name);
  if (value === '') return refused('missing-header', name);
  return /^\S+(, \S+)+$/.test(value) ? refused('repeated-header', name) : value;
}

/** Digits only and no leading zero: what was signed is the text, so that it has one form alone. */
function judgeTimestamp(text: string, now: Date): SignatureProblem | null {
  if (!/^(0|[1-9]\d{0,11})$/.test(text)) return 'timestamp-malformed';
  const age = Math.floor(now.getTime() / 1_000) - Number(text);
  if (age > TOLERANCE_SECONDS) return 'timestamp-too-old';
  return age < -TOLERANCE_SECONDS ? 'timestamp-too-new' : null;
}

function refused(code: SignatureProblem, header: string | null): SignatureRefusal {
  return { ok: false, code, header };
}
