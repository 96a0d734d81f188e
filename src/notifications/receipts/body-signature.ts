import { createHmac, timingSafeEqual } from 'node:crypto';

/** Names in lower case, as node:http gives them. */
export type CallbackHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A callback as it came. */
export interface SignedCallback {
  /** Never decoded before it is verified. */
  body: Buffer;
  headers: CallbackHeaders;
}

/**
 * Was the body signed by who knows `secret`? HMAC-SHA256 over the raw bytes, in hex. The time it takes tells nothing of the digest.
 *
 * @param header in lower case; one that came more than once is none.
 * @param prefix what stands before the digits.
 */
export function bodySignatureProblem(
  { body, headers }: SignedCallback,
  secret: string,
  header: string,
  prefix: '' | 'sha256=' = '',
): 'missing-signature' | 'no-matching-signature' | null {
  const value = Object.hasOwn(headers, header) ? headers[header] : undefined;
  if (value === undefined || value === '') return 'missing-signature';
  if (typeof value !== 'string' || !value.startsWith(prefix)) return 'no-matching-signature';
  const digits = value.slice(prefix.length);
  // An empty key is one that everybody knows.
  if (secret === '' || !/^[0-9a-f]{64}$/i.test(digits)) return 'no-matching-signature';
  const expected = createHmac('sha256', secret).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(digits, 'hex')) ? null : 'no-matching-signature';
}
