import { AsyncLocalStorage } from 'node:async_hooks';

/** `duplicates`: each webhook goes out twice, at the same time; `lost-echo`: the hub's change is not told; `echo-first`: told before it is answered. */
export const WEBHOOK_FAULTS = ['duplicates', 'lost-echo', 'echo-first'] as const;

export type WebhookFault = (typeof WEBHOOK_FAULTS)[number];

/** What goes wrong with the webhooks of the call under way. */
export const webhookFault = new AsyncLocalStorage<WebhookFault>();

export function isWebhookFault(name: string): name is WebhookFault {
  return WEBHOOK_FAULTS.some(fault => fault === name);
}
