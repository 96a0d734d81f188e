import { createHmac } from 'node:crypto';
import { headerNameOf, type SignatureEncoding, type WebhookTarget } from './webhook-target.js';

/** What one try sends. */
export interface SignedMessage {
  id: string;
  /** Seconds since 1970, as of this try. */
  timestamp: number;
  body: string;
}

const SECRET_PREFIX = 'whsec_';

/**
 * `v1,<base64>`: HMAC-SHA256 over `id.timestamp.body`, keyed by what the base64 after `whsec_` stands for.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signStandardWebhook({ id, timestamp, body }: SignedMessage, secret: string): string {
  const key = Buffer.from(secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret, 'base64');
  return `v1,${createHmac('sha256', key)
    .update(`${id}.${String(timestamp)}.${body}`)
    .digest('base64')}`;
}

/** HMAC-SHA256 over the body alone, keyed by the UTF-8 bytes of the secret as it is shown, prefix and all. */
export function signPlainHmac(body: string, secret: string, encoding: SignatureEncoding): string {
  return createHmac('sha256', Buffer.from(secret, 'utf8')).update(body).digest(encoding);
}

/** The headers that carry the signature, by the target's scheme. */
export function signatureHeaders(target: WebhookTarget, message: SignedMessage): Record<string, string> {
  switch (target.scheme) {
    case 'standard-webhooks':
      return {
        'webhook-id': message.id,
        'webhook-timestamp': String(message.timestamp),
        'webhook-signature': signStandardWebhook(message, target.secret),
      };
    case 'hmac-sha256':
      return { [headerNameOf(target)]: signPlainHmac(message.body, target.secret, target.encoding ?? 'base64') };
  }
}
