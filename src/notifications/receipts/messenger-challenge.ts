import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Meta's question before it uses a callback URL: does its owner know the token that was agreed upon?
 * https://developers.facebook.com/docs/graph-api/webhooks/getting-started
 *
 * @returns what to answer as plain text, 200; null: refuse.
 */
export function readMessengerChallenge(query: Readonly<Record<string, unknown>>, verifyToken: string): string | null {
  const token = query['hub.verify_token'];
  const challenge = query['hub.challenge'];
  if (query['hub.mode'] !== 'subscribe' || typeof token !== 'string' || typeof challenge !== 'string') return null;
  // Given back to whoever asks: nothing that a browser could take for a page.
  if (!/^[\w-]{1,200}$/.test(challenge)) return null;
  return verifyToken !== '' && timingSafeEqual(digestOf(token), digestOf(verifyToken)) ? challenge : null;
}

/** Of one length, whatever the text's. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
