import { createHmac } from 'node:crypto';

export const SIGNATURE_SCHEMES = ['standard-webhooks', 'hmac-sha256'] as const;
export type SignatureScheme = (typeof SIGNATURE_SCHEMES)[number];

/** How a hospital signs. `headerName`: of a plain HMAC. */
export interface Signing {
  scheme: SignatureScheme;
  headerName: string;
}

/** What one try sends; `timestamp` in seconds since 1970. */
export interface UnsignedTry {
  id: string;
  timestamp: number;
  body: Buffer;
}

/** One signature for each secret, as while a secret is being changed: by the contract, written independently of the hub. */
export function signatureHeaders(
  { scheme, headerName }: Signing,
  { id, timestamp, body }: UnsignedTry,
  secrets: string[],
): [string, string][] {
  if (scheme === 'hmac-sha256') {
    const macs = secrets.map(secret => createHmac('sha256', Buffer.from(secret, 'utf8')).update(body).digest('hex'));
    return [[headerName, macs.join(' ')]];
  }
  const signatures = secrets.map(secret => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
  });
  return [
    ['webhook-id', id],
    ['webhook-timestamp', String(timestamp)],
    ['webhook-signature', signatures.join(' ')],
  ];
}
