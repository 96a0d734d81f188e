import type { ReceiptState } from '../notification-state.js';

/** Which message, or messages, a receipt is about. */
export type ReceiptTarget =
  /** The hub's own id of the attempt, which the provider gave back. */
  | { by: 'attempt'; attemptId: string; providerMessageId: string | null }
  | { by: 'provider-id'; providerMessageId: string }
  /** All that went to the address until a time (Messenger's watermark). */
  | { by: 'watermark'; address: string; until: Date };

/** What a provider reports, in the hub's words. */
export interface Receipt {
  target: ReceiptTarget;
  state: ReceiptState;
  /** When it happened, as the provider tells; null: it does not. */
  at: Date | null;
  /** Of a failure, as the provider spells it. */
  code: string | null;
}

/** What a callback turned out to be: receipts (none is well, too), or why it is refused. Never quotes the body. */
export type CallbackReading =
  { ok: true; receipts: Receipt[] } | { ok: false; problem: 'missing-signature' | 'no-matching-signature' | 'malformed-body' };
