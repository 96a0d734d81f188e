import { signatureHeaders, type SignedMessage } from './webhook-signing.js';
import type { WebhookTarget } from './webhook-target.js';

/** The whole try, answer included. */
const TIMEOUT_MS = 10_000;

/** Posts signed events. Nothing is thrown: every failure is a reason to try again. */
export class WebhookClient {
  /** The answer's status; null where there was none in time. Redirects are answers like any other: a signed event goes where staff said. */
  async post(target: WebhookTarget, message: SignedMessage, cutOff: AbortSignal): Promise<number | null> {
    try {
      const response = await fetch(target.url, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'Content-Type': 'application/json', 'User-Agent': 'sandbox-hospital', ...signatureHeaders(target, message) },
        body: message.body,
        signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), cutOff]),
      });
      // Read to its end, so that the connection serves the next event; the status has been said, whatever becomes of the rest.
      await response.arrayBuffer().catch(() => undefined);
      return response.status;
    } catch {
      return null;
    }
  }
}
