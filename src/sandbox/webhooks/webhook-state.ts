import type { HospitalEvent } from '../records/hospital-event.js';
import type { EchoTiming, WebhookTarget } from './webhook-target.js';

/** One event on its way. */
export interface OutboxEntry {
  /** `msg_…`: the same on every try. */
  id: string;
  type: HospitalEvent['type'];
  /** null: the event is about a patient. */
  appointmentId: string | null;
  /** Events of one lane are sent in order; those of others do not wait for them. */
  lane: string;
  /** The very bytes of every try. */
  body: string;
  /** A fault that was asked for: each try goes out twice. */
  isTwice?: true;
}

/** What a restart must find again of the webhooks. */
export interface WebhookState {
  target: WebhookTarget | null;
  /** The target answered 410: nothing is sent until it is connected anew. */
  isGone: boolean;
  echo: EchoTiming;
  /** In the order in which the events happened. */
  outbox: OutboxEntry[];
}

export function emptyWebhookState(): WebhookState {
  return { target: null, isGone: false, echo: 'after', outbox: [] };
}

export function isWebhookState(value: unknown): value is WebhookState {
  if (!isRecord(value)) return false;
  const { target, isGone, echo, outbox } = value;
  return (
    (target === null || isTarget(target)) &&
    typeof isGone === 'boolean' &&
    (echo === 'after' || echo === 'before' || echo === 'never') &&
    Array.isArray(outbox) &&
    outbox.every(isEntry)
  );
}

function isTarget(value: unknown): value is WebhookTarget {
  return (
    isRecord(value) &&
    hasTexts(value, 'url', 'secret') &&
    (value['scheme'] === 'standard-webhooks' || value['scheme'] === 'hmac-sha256') &&
    (value['headerName'] == null || typeof value['headerName'] === 'string') &&
    (value['encoding'] === undefined || value['encoding'] === 'base64' || value['encoding'] === 'hex')
  );
}

function isEntry(value: unknown): value is OutboxEntry {
  return (
    isRecord(value) &&
    hasTexts(value, 'id', 'type', 'lane', 'body') &&
    (value['appointmentId'] === null || typeof value['appointmentId'] === 'string')
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasTexts(value: Record<string, unknown>, ...names: string[]): boolean {
  return names.every(name => typeof value[name] === 'string' && value[name] !== '');
}
