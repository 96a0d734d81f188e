import { createHmac, randomUUID } from 'node:crypto';
import type { Answer, Api } from './api.js';
import { eventually } from './eventually.js';

/** A hospital that signs and sends, by the Standard Webhooks specification and independent of the hub's own code. */
export interface WebhookSender {
  facilityId: string;
  url: string;
  secret: string;
  /** Sends; `id` the same for the same event. */
  send(
    body: Record<string, unknown> | string,
    options?: { id?: string; at?: Date; hub?: Api; headers?: Record<string, string> },
  ): Promise<Answer>;
  /** Asks what the hub would make of it. */
  dryRun(body: Record<string, unknown>): Promise<Answer>;
  /** Sends, expects 202, and waits until the event has ended (or is held); as the log shows it. */
  sent(body: Record<string, unknown>, options?: { id?: string; at?: Date }): Promise<WebhookEventView>;
}

export interface WebhookEventView {
  id: string;
  type: string | null;
  outcome: string;
  reason: string | null;
  flags: string[];
  occurredAt: string | null;
  appointmentId: string | null;
  contactId: string | null;
  changes: { field: string; before: string | null; after: string | null }[];
}

/** `now`: the hub's. */
export async function webhookSender(hub: Api, facilityId: string, now: () => Date): Promise<WebhookSender> {
  const { body: rotated } = await hub.call('POST', `/facilities/${facilityId}/webhook-secret`);
  const { body: facility } = await hub.call('GET', `/facilities/${facilityId}`);
  const { secret } = rotated as { secret: string };
  const { pathname } = new URL((facility as { webhook: { url: string } }).webhook.url);
  const url = `${hub.url}${pathname}`;
  const post = async (to: string, text: string, id: string, at: Date, headers: Record<string, string> = {}): Promise<Answer> => {
    const response = await fetch(to, { method: 'POST', headers: { ...headers, ...signed(secret, id, at, text) }, body: text });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const send: WebhookSender['send'] = (body, { id = `msg_${randomUUID()}`, at = now(), hub: target = hub, headers } = {}) =>
    post(`${target.url}${pathname}`, typeof body === 'string' ? body : JSON.stringify(body), id, at, headers);
  return {
    facilityId,
    url,
    secret,
    send,
    dryRun: body => post(`${url}/dry-run`, JSON.stringify(body), `msg_${randomUUID()}`, now()),
    sent: async (body, options) => {
      const answer = await send(body, options);
      if (answer.status !== 202) throw new Error(`The webhook was refused: ${answer.status} ${JSON.stringify(answer.body)}`);
      return decided(hub, (answer.body as { id: string }).id);
    },
  };
}

/** The headers of a delivery, by the specification. */
export function signed(secret: string, id: string, at: Date, body: string): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}

/** The event once it is pending no more. */
export async function decided(hub: Api, id: string): Promise<WebhookEventView> {
  return eventually('the webhook event is decided', async () => {
    const { body } = await hub.call('GET', `/webhook-events/${id}`);
    const event = body as WebhookEventView;
    const isOnItsWay = event.outcome === 'pending' || event.reason === 'checking-with-hospital';
    return isOnItsWay ? null : event;
  });
}
