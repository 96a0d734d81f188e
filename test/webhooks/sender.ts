import { createHmac, randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { aFacility } from '../support/factories.js';
import type { Answer, TestHub } from '../support/hub.js';

/** One event of the log, as the API shows it. */
export interface LoggedEvent {
  id: string;
  type: string | null;
  outcome: string;
  reason: string | null;
  flags: string[];
  deliveries: number;
  occurredAt: string | null;
  receivedAt: string;
  appliedAt: string | null;
  heldUntil: string | null;
  appointmentId: string | null;
  contactId: string | null;
  changes: { field: string; before: string | null; after: string | null }[];
}

/** A hospital that signs and posts its events. */
export interface Sender {
  facilityId: string;
  secret: string;
  /** Below `/api/v1`. */
  path: string;
  /** The headers of a delivery, signed. `secret`: another than the facility's. */
  sign(body: string | Buffer, options?: { id?: string; at?: Date; secret?: string }): Record<string, string>;
  /** Signs and posts; `id`: of the event. */
  send(body: unknown, options?: { id?: string; headers?: Record<string, string>; to?: TestHub }): Promise<Answer>;
  /** Posts as it is. */
  post(body: string | Buffer, headers: Record<string, string>, path?: string): Promise<Answer>;
  events(query?: string): Promise<LoggedEvent[]>;
  /** The event, once it is decided. */
  decided(id: string): Promise<LoggedEvent>;
}

export const JSON_TYPE = { 'content-type': 'application/json' };

/** A facility of its own; `now` is what its clock says. */
export async function createSender(hub: TestHub, now: () => Date, overrides: Record<string, unknown> = {}): Promise<Sender> {
  const made = await hub.call('POST', '/facilities', aFacility(overrides));
  if (made.status !== 201) throw new Error(`The facility was not made: ${made.status} ${JSON.stringify(made.body)}`);
  const { id: facilityId, webhook } = made.body as {
    id: string;
    webhook: { url: string; secret: string; scheme: string; headerName: string | null };
  };
  const path = new URL(webhook.url).pathname.replace('/api/v1', '');
  const post = async (body: string | Buffer, headers: Record<string, string>, to = path, at = hub): Promise<Answer> => {
    const response = await fetch(`${at.url}/api/v1${to}`, {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const sign: Sender['sign'] = (body, { id = randomUUID(), at = now(), secret = webhook.secret } = {}) => {
    if (webhook.scheme === 'hmac-sha256') {
      return { [webhook.headerName ?? 'x-signature']: createHmac('sha256', secret).update(body).digest('hex') };
    }
    const timestamp = String(Math.floor(at.getTime() / 1_000));
    const hmac = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64'))
      .update(`${id}.${timestamp}.`)
      .update(body);
    return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${hmac.digest('base64')}` };
  };
  const events: Sender['events'] = async (query = '') => {
    const { body } = await hub.call('GET', `/facilities/${facilityId}/webhook-events?limit=200${query}`);
    return (body as { data: LoggedEvent[] }).data;
  };
  return {
    facilityId,
    secret: webhook.secret,
    path,
    sign,
    post,
    events,
    send: (body, { id, headers, to } = {}) => {
      const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
      return post(text, { ...JSON_TYPE, ...sign(text, id === undefined ? {} : { id }), ...headers }, path, to);
    },
    decided: id =>
      eventually('the event is decided', async () => {
        const { body } = await hub.call('GET', `/webhook-events/${id}`);
        const event = body as LoggedEvent;
        return event.outcome !== 'pending' && event;
      }),
  };
}

/** An event about an appointment of nobody that is real. */
export function anEvent(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    action: 'scheduled',
    appointment_id: `A-${randomUUID()}`,
    patient_id: `P-${randomUUID()}`,
    name: 'Testa Inventada',
    phone: '0917 000 0001',
    date_of_birth: '1990-01-01',
    datetime: '2026-10-05T13:00:00+08:00',
    occurred_at: '2026-10-01T07:00:00+08:00',
    ...overrides,
  };
}
