import { randomUUID } from 'node:crypto';
import type http from 'node:http';
import pg from 'pg';
import { createFacility } from '../support/factories.js';
import { answerJson, startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { startFakeTwilio, type FakeTwilio } from '../support/fake-twilio.js';
import { startHub, testConfig, type Answer, type TestHub } from '../support/hub.js';
import { aPatient, syncedCalendars } from '../support/journey.js';
import { smsChannel } from '../support/told.js';
import { webhookSender, type WebhookSender } from '../support/webhooks.js';
import type { ProxiedDatabase } from './own-postgres.js';

/** A kind of request, and what came of it. */
export interface Asked {
  kind: string;
  status: number;
  code: string | null;
  retryAfter: string | null;
  tookMs: number;
}

/** A hub with everything around it, and a database that can be away. */
export interface AwayScene {
  hub: TestHub;
  hospital: FakeHospital;
  twilio: FakeTwilio;
  sender: WebhookSender;
  facilityId: string;
  book(key?: string): Promise<Answer>;
  /** One request of each kind, all at once. */
  askAll(): Promise<Asked[]>;
  /** Past the proxy. */
  sql: <T extends object>(text: string, values?: unknown[]) => Promise<T[]>;
  close: () => Promise<void>;
}

/** The month after next: all of it lies ahead. */
const MONTH = new Date(Date.now() + 45 * 86_400_000).toISOString().slice(0, 7);
const DAYS = Array.from({ length: 28 }, (_, i) => `${MONTH}-${String(i + 1).padStart(2, '0')}`);
const TIMES = Array.from(
  { length: 40 },
  (_, i) => `${String(8 + Math.floor(i / 4)).padStart(2, '0')}:${String((i % 4) * 15).padStart(2, '0')}`,
);
const START = `${DAYS[0] ?? ''}T08:00:00+08:00`;

/** Closes `database`, too. */
export async function startAwayScene(database: ProxiedDatabase): Promise<AwayScene> {
  const [hospital, twilio] = await Promise.all([startFakeHospital(), startFakeTwilio()]);
  hospital.on('GET /calendars', [{ id: 'cal', name: 'Dr. Test', appointmentTypes: [{ id: 'type', name: 'Consultation', duration: 15 }] }]);
  hospital.on(
    'GET /availability',
    DAYS.map(date => ({ date, slots: TIMES })),
  );
  hospital.on('POST /appointments', (_request, response) => {
    answerBooked(response);
  });
  hospital.on('PUT /appointments/:id/reschedule', {});
  const config = { ...testConfig(database.url), upstreamAllowedHosts: [hospital.host, twilio.host] };
  const hub = await startHub({ databaseUrl: database.url, config });
  const facilityId = await createFacility(hub, hospital, { notifications: { channels: [smsChannel(twilio)] } });
  const [calendar] = await syncedCalendars(hub, facilityId);
  const place = { calendarId: calendar?.id ?? '', appointmentTypeId: calendar?.appointmentTypes[0]?.id ?? '' };
  const sender = await webhookSender(hub, facilityId, () => new Date());
  let starts = 0;
  const nextStart = (): string => `${DAYS[1 + Math.floor(starts / TIMES.length)] ?? ''}T${TIMES[starts++ % TIMES.length] ?? ''}:00+08:00`;
  const book = (key: string = randomUUID()): Promise<Answer> =>
    hub.call(
      'POST',
      `/facilities/${facilityId}/appointments`,
      { ...place, contact: aPatient({ name: `Testa Number ${starts}`, phone: `0917 ${String(1_000_000 + starts)}` }), start: nextStart() },
      { 'idempotency-key': key },
    );
  const { body: booked } = await book();
  const { body: apiKey } = await hub.call('POST', '/api-keys', { name: 'test', scopes: ['read'], facilityIds: [facilityId] });
  const headers = { authorization: `Bearer ${(apiKey as { key: string }).key}` };
  const month = (query: string): string =>
    `/facilities/${facilityId}/availability?${new URLSearchParams({ month: MONTH, ...place }).toString()}${query}`;
  await hub.call('GET', month(''), undefined, headers);
  const plain = async (path: string): Promise<Answer> => {
    const response = await fetch(hub.url + path);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) : null };
  };
  const callback = async (): Promise<Answer> => {
    const sms = twilio.sent[0];
    if (!sms) throw new Error('No SMS was sent');
    return { status: await twilio.report(sms, 'delivered', { via: hub.url }), headers: new Headers({ 'retry-after': '-' }), body: null };
  };
  const kinds: Record<string, () => Promise<Answer>> = {
    live: () => plain('/health/live'),
    ready: () => plain('/health/ready'),
    metrics: () => plain('/metrics'),
    'kept month': () => hub.call('GET', month(''), undefined, headers),
    'live month': () => hub.call('GET', `/facilities/${facilityId}/availability/next?${new URLSearchParams(place).toString()}`),
    facilities: () => hub.call('GET', '/facilities'),
    contact: () => hub.call('PUT', `/facilities/${facilityId}/contacts`, aPatient()),
    booking: () => book(),
    reschedule: () => hub.call('PUT', `/appointments/${booked.id}/reschedule`, { start: nextStart() }),
    webhook: () => sender.send(walkIn(START)),
    'unknown webhook': () => hub.call('POST', `/webhooks/${'x'.repeat(43)}`, {}),
    callback,
    feed: () => hub.call('GET', '/events'),
  };
  const ask = async ([kind, call]: [string, () => Promise<Answer>]): Promise<Asked> => {
    const startedMs = performance.now();
    const { status, headers: answered, body } = await call();
    const tookMs = Math.round(performance.now() - startedMs);
    return { kind, status, code: (body as { code?: string } | null)?.code ?? null, retryAfter: answered.get('retry-after'), tookMs };
  };
  return {
    hub,
    hospital,
    twilio,
    sender,
    facilityId,
    book,
    askAll: () => Promise.all(Object.entries(kinds).map(ask)),
    sql: async <T extends object>(text: string, values: unknown[] = []) => {
      const client = new pg.Client({ connectionString: database.directUrl() });
      await client.connect();
      return (await client.query<T>(text, values).finally(() => client.end())).rows;
    },
    close: async () => {
      await twilio.close();
      await hub.close();
      await hospital.close();
      await database.close();
    },
  };
}

export function answerBooked(response: http.ServerResponse): void {
  answerJson(response, 201, { appointmentId: `A-${randomUUID()}` });
}

/** Staff book somebody who has come by. */
export function walkIn(start: string): Record<string, unknown> {
  const id = randomUUID();
  return {
    action: 'scheduled',
    appointment_id: `W-${id}`,
    patient_id: `P-${id}`,
    name: 'Testa Inventada',
    phone: '0917 000 0002',
    calendar_id: 'cal',
    appointment_type_id: 'type',
    datetime: start,
  };
}
