import type { IncomingHttpHeaders } from 'node:http';
import { readBody } from '../../schedulers/upstream-reply.js';
import { timeOfMs } from '../channels/provider-json.js';
import { readMessageToken } from '../channels/viber/message-token.js';
import { statusNamed } from '../channels/viber/viber-status.js';
import type { ReceiptState } from '../notification-state.js';
import { bodySignatureProblem } from './body-signature.js';
import type { CallbackReading } from './receipt.js';

/** A request to a bot's webhook, as it came. */
export interface ViberCallback {
  /** Of the bot. Empty accepts nothing. */
  authToken: string;
  body: Buffer;
  /** In lower case, as node:http has them. */
  headers: IncomingHttpHeaders;
}

/** By https://developers.viber.com/docs/api/rest-bot-api/, "Message receipts callbacks" and "Failed callback". */
const STATES: ReadonlyMap<unknown, ReceiptState> = new Map([
  ['delivered', 'delivered'],
  ['seen', 'read'],
  ['failed', 'failed'],
]);

/**
 * Reads a webhook: at most one receipt, none for what is not about a message of the bot's (the check when the webhook is set, what
 * people write, who subscribes). A person with two devices makes the same receipt twice. Never throws.
 */
export function readViberCallback({ authToken, body, headers }: ViberCallback): CallbackReading {
  const problem = bodySignatureProblem({ body, headers }, authToken, 'x-viber-content-signature');
  if (problem !== null) return { ok: false, problem };
  const event = readEvent(body);
  if (!event) return { ok: false, problem: 'malformed-body' };
  const state = STATES.get(event['event']);
  if (!state) return { ok: true, receipts: [] };
  const providerMessageId = readMessageToken(event['message_token']);
  if (providerMessageId === null) return { ok: false, problem: 'malformed-body' };
  const code = state === 'failed' ? codeOf(event['desc']) : null;
  return { ok: true, receipts: [{ target: { by: 'provider-id', providerMessageId }, state, at: timeOfMs(event['timestamp']), code }] };
}

/** Whatever the content type: what is signed is Viber's, and Viber writes JSON. null: it is no object that names an event. */
function readEvent(body: Buffer): Record<string, unknown> | null {
  const read = readBody(null, null, body);
  const value = read.kind === 'json' ? read.value : null;
  return typeof value === 'object' && value !== null && 'event' in value ? value : null;
}

/** `desc` is free text, and may hold anything: only a status that it names is kept, by its number as in an answer. */
function codeOf(desc: unknown): string | null {
  const status = typeof desc === 'string' ? statusNamed(desc) : null;
  return status === null ? null : String(status);
}
