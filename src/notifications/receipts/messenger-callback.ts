import { readBody } from '../../schedulers/upstream-reply.js';
import { idText, isJsonObject, objectsOf, timeOfMs, type JsonObject } from '../channels/provider-json.js';
import { bodySignatureProblem, type SignedCallback } from './body-signature.js';
import type { CallbackReading, Receipt } from './receipt.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * What Meta has called back: signed in `X-Hub-Signature-256` with the app's secret. Deliveries, reads and the echoes of the hub's own
 * messages are receipts; anything else is well, and carries none.
 * https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events
 */
export function readMessengerCallback({ appSecret, ...callback }: SignedCallback & { appSecret: string }): CallbackReading {
  const problem = bodySignatureProblem(callback, appSecret, 'x-hub-signature-256', 'sha256=');
  if (problem) return { ok: false, problem };
  const body = readBody('application/json', null, callback.body);
  if (body.kind !== 'json' || !isJsonObject(body.value)) return { ok: false, problem: 'malformed-body' };
  const { object, entry } = body.value;
  return { ok: true, receipts: object === 'page' ? objectsOf(entry).flatMap(eventsOf).flatMap(receiptsOf) : [] };
}

/** `standby`: while another app holds the conversation. */
function eventsOf(entry: JsonObject): JsonObject[] {
  return [...objectsOf(entry['messaging']), ...objectsOf(entry['standby'])];
}

function receiptsOf(event: JsonObject): Receipt[] {
  const { delivery, read, message } = event;
  if (isJsonObject(delivery)) return [...deliveredIds(event, delivery), ...untilWatermark(event, delivery, 'delivered')];
  if (isJsonObject(read)) return untilWatermark(event, read, 'read');
  return isJsonObject(message) && message['is_echo'] === true ? echo(event, message) : [];
}

/** `mids` is there for some of the person's apps only. */
function deliveredIds(event: JsonObject, { mids }: JsonObject): Receipt[] {
  const ids = Array.isArray(mids) ? mids.map(idText).filter(id => id !== null) : [];
  const at = timeOfMs(event['timestamp']);
  return ids.map(providerMessageId => ({ target: { by: 'provider-id', providerMessageId }, state: 'delivered', at, code: null }));
}

/** All that the page sent to the person until then. In these events the person is the sender. */
function untilWatermark(event: JsonObject, { watermark }: JsonObject, state: 'delivered' | 'read'): Receipt[] {
  const address = isJsonObject(event['sender']) ? idText(event['sender']['id']) : null;
  const until = timeOfMs(watermark);
  if (address === null || until === null) return [];
  return [{ target: { by: 'watermark', address, until }, state, at: timeOfMs(event['timestamp']), code: null }];
}

/** Of a message that some app has sent for the page. `metadata`: the attempt, where it is the hub's. */
function echo(event: JsonObject, message: JsonObject): Receipt[] {
  const attemptId = message['metadata'];
  if (typeof attemptId !== 'string' || !UUID.test(attemptId)) return [];
  const target = { by: 'attempt' as const, attemptId: attemptId.toLowerCase(), providerMessageId: idText(message['mid']) };
  return [{ target, state: 'sent', at: timeOfMs(event['timestamp']), code: null }];
}
