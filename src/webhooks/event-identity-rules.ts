import type { WebhookScheme } from '../facilities/facility.settings.js';

/** `isFromBytes`: the event has no id of its own; the same bytes stand for the same event. */
export interface EventIdentity {
  identity: string;
  isFromBytes: boolean;
}

/**
 * What makes two deliveries one event, from signed bytes alone: the signed `webhook-id`, or, where headers are not signed,
 * `event_id` / `eventId` of the body. Never a bare `id`: in Acuity's dialect that is the appointment's.
 */
export function eventIdentity(
  scheme: WebhookScheme,
  webhookId: string | null,
  object: Record<string, unknown>,
  bodyDigest: string,
): EventIdentity {
  if (scheme === 'standard-webhooks' && webhookId !== null) return { identity: `id:${webhookId}`, isFromBytes: false };
  const eventId = scheme === 'hmac-sha256' ? (eventIdIn(object) ?? eventIdIn(object['data'])) : null;
  return eventId === null ? { identity: `body:${bodyDigest}`, isFromBytes: true } : { identity: `event:${eventId}`, isFromBytes: false };
}

function eventIdIn(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const fields = value as Record<string, unknown>;
  return usable(fields['event_id']) ?? usable(fields['eventId']);
}

/** An id that is too long or unprintable identifies nothing: cut or cleaned, it might be another event's. */
function usable(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim() : Number.isSafeInteger(value) ? String(value) : '';
  return /^\P{C}{1,200}$/u.test(text) ? text : null;
}
