import { InvalidRequestError } from '../hospital.errors.js';

export const WEBHOOK_SCHEMES = ['standard-webhooks', 'hmac-sha256'] as const;
export const SIGNATURE_ENCODINGS = ['base64', 'hex'] as const;
/** When the hub is told of its own bookings and changes, by the answer to them. */
export const ECHO_TIMINGS = ['after', 'before', 'never'] as const;

export type WebhookScheme = (typeof WEBHOOK_SCHEMES)[number];
export type SignatureEncoding = (typeof SIGNATURE_ENCODINGS)[number];
export type EchoTiming = (typeof ECHO_TIMINGS)[number];

/** Where webhooks go and how they are signed: what the hub showed when the facility was set up. */
export interface WebhookTarget {
  url: string;
  scheme: WebhookScheme;
  /** `standard-webhooks`: `whsec_` and base64; `hmac-sha256`: any text, its UTF-8 bytes are the key. */
  secret: string;
  /** Of `hmac-sha256` alone; default `X-Signature`. */
  headerName?: string | null;
  /** Of `hmac-sha256` alone; default base64. */
  encoding?: SignatureEncoding;
}

const DEFAULT_HEADER_NAME = 'X-Signature';

export function headerNameOf(target: WebhookTarget): string {
  return target.headerName ?? DEFAULT_HEADER_NAME;
}

/** Throws `InvalidRequestError` that names each wrong field, and never what it holds: the URL is a secret as well. */
export function assertWebhookTarget(target: WebhookTarget): void {
  const errors = [
    isHttpUrl(target.url) ? null : { field: 'url', code: 'httpUrl', message: 'must be an http or https URL without user and password' },
    isSecret(target) ? null : { field: 'secret', code: 'webhookSecret', message: 'must be "whsec_" and base64 (scheme standard-webhooks)' },
    isHeaderName(headerNameOf(target)) ? null : { field: 'headerName', code: 'headerName', message: 'must be the name of an HTTP header' },
  ].filter(error => error !== null);
  if (errors.length > 0) throw new InvalidRequestError(errors.map(error => `"${error.field}" ${error.message}`).join('; '), { errors });
}

function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}

function isSecret({ scheme, secret }: WebhookTarget): boolean {
  return scheme === 'standard-webhooks' ? /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret) : secret !== '';
}

/** A token of RFC 9110. */
function isHeaderName(text: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text);
}
