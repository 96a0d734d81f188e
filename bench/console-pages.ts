import { signedIn, type ConsoleVisitor, type Page } from '../test/support/console.js';
import { seedConsole, SIZE } from './console-seed.js';
import { percentile, rounded, type Figure } from './figure.js';
import type { Hub } from './hub.js';
import type { WebhookPlace } from './webhook-place.js';
import { EventMix, type Endpoint } from './webhook-events.js';

const MOST_MS = 100;
const MOST_BYTES = 60 * 1_024;
const WARM_UPS = 3;
const TIMES = 20;
const KNOWN = 300;
/** Of a key that is bound to facilities: the largest, which are the newest. */
const FEW = 10;
/** Of one patient, who is told of each. */
const OFTEN = 60;
const BUSY = { phone: '+639175550123', appointment: 'A-busy-1' };

/** A page as somebody asks for it. */
interface Asked {
  name: string;
  ask: (visitor: ConsoleVisitor) => Promise<Page>;
}

interface Measured {
  firstMs: number;
  medianMs: number;
  p95Ms: number;
  /** Of processor time, the hub's and the database's, for one: hardly more where other work runs on the machine. NaN where there is no `/proc`. */
  hubCpuMs: number;
  databaseCpuMs: number;
  bytes: number;
}

type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Each page of the console, over a hub that holds what some years have left. */
export async function consolePages(place: WebhookPlace, hub: Hub, step: Step): Promise<Figure[]> {
  const facilityId = await fill(place, hub, step);
  const all = await signedIn(hub, await hub.createKey(null));
  const { rows } = await place.db.query<{ id: string }>(`select id from facility order by id desc limit ${FEW}`);
  const few = await signedIn(hub, await hub.createKey(rows.map(({ id }) => id)));
  const figures: Figure[] = [];
  for (const { name, ask } of await pagesOf(place, facilityId)) {
    figures.push(figureOf(name, await measure(place, hub, () => ask(all))));
    if (/^(overview|all webhooks)/.test(name))
      figures.push(figureOf(`${name}, a key of ${FEW} facilities`, await measure(place, hub, () => ask(few))));
  }
  return figures;
}

/** Resolves with the facility that has most of everything. */
async function fill(place: WebhookPlace, hub: Hub, step: Step): Promise<string> {
  const endpoint = await place.createEndpoint(hub);
  await step('its own events', () => ownEvents(place, endpoint));
  await step(`${SIZE.facilities} facilities, ${SIZE.appointments} appointments, ${SIZE.webhookEvents} events`, () =>
    seedConsole(place.db, endpoint.facilityId),
  );
  return endpoint.facilityId;
}

/** Of the facility whose hospital is the fake one: the patients that can be opened, one of whom has many appointments and events. */
async function ownEvents(place: WebhookPlace, endpoint: Endpoint): Promise<void> {
  const source = { endpoint, mix: new EventMix('console') };
  await place.post([source], mix => mix.opening(KNOWN));
  await place.post([source], () => Array.from({ length: OFTEN }, (_, i) => busy(i, 'appointmentCreated', `A-busy-${i}`)));
  await place.untilApplied();
  await place.post([source], () => Array.from({ length: OFTEN }, (_, i) => busy(OFTEN + i, 'appointmentRescheduled', BUSY.appointment)));
  await place.untilApplied();
}

function busy(n: number, event: string, appointmentId: string): string {
  const at = Date.now() - 3_600_000 + n * 1_000;
  return JSON.stringify({
    event,
    appointment_id: appointmentId,
    appointment_type_id: 'consultation',
    temporary_patient_id: 'T-busy',
    name: 'Testa Inventada Busy',
    date_of_birth: '1990-01-01',
    phone: BUSY.phone,
    datetime: new Date(Math.floor(at / 60_000) * 60_000 + (48 * 60 + n * 30) * 60_000).toISOString(),
    calendar_id: 'cal-1',
    occurred_at: new Date(at).toISOString(),
  });
}

const get = (name: string, path: string): Asked => ({ name, ask: visitor => visitor.get(path) });

async function pagesOf({ db }: WebhookPlace, facilityId: string): Promise<Asked[]> {
  const one = async (sql: string): Promise<string> => (await db.query<{ id: string }>(sql)).rows[0]?.id ?? '';
  const cursorAt = async (sql: string): Promise<string> =>
    `cursor=${Buffer.from(await one(`${sql} order by id offset 60 limit 1`)).toString('base64url')}`;
  const appointmentId = await one(`select id from appointment where external_id = '${BUSY.appointment}'`);
  return [
    ...overviews(await cursorAt('select id from facility')),
    ...allWebhooks(await cursorAt('select id from webhook_event')),
    ...searches(facilityId),
    get('appointment', `/console/appointments/${appointmentId}`),
    get('its verdict', `/console/appointments/${appointmentId}/verdict`),
    get(
      'message',
      `/console/messages/${await one(`select id from notification where appointment_id = '${appointmentId}' order by id desc limit 1`)}`,
    ),
    get(
      'webhook event',
      `/console/webhooks/${await one(`select id from webhook_event where appointment_id = '${appointmentId}' order by id desc limit 1`)}`,
    ),
    ...ofFacility(`/console/facilities/${facilityId}`, await cursorAt(`select id from webhook_event where facility_id = '${facilityId}'`)),
  ];
}

function overviews(lastPage: string): Asked[] {
  return [
    get('sign-in', '/console/sign-in'),
    get('overview', '/console'),
    get('overview, last page', `/console?${lastPage}`),
    get('overview, overdue alone', '/console?only=overdue'),
    get('overview, dead letters alone', '/console?only=dead-letters'),
    get('overview, a name', '/console?name=heart'),
    get('overview, a rare name', '/console?name=09999'),
    get('overview, a name that none has', '/console?name=nowhere'),
  ];
}

function allWebhooks(lastPage: string): Asked[] {
  return [
    get('all webhooks', '/console/webhooks'),
    get('all webhooks, last page', `/console/webhooks?${lastPage}`),
    ...['pending', 'held', 'superseded', 'rejected'].map(outcome =>
      get(`all webhooks, ${outcome}`, `/console/webhooks?outcome=${outcome}`),
    ),
    get('all webhooks, dead letters', '/console/webhooks?reason=dead-letter'),
  ];
}

function searches(facilityId: string): Asked[] {
  const search = (name: string, q: string): Asked => ({ name, ask: visitor => visitor.post('/console/search', { facilityId, q }) });
  return [
    get('search', '/console/search'),
    search('search, by phone', BUSY.phone),
    search("search, by the hospital's id", BUSY.appointment),
    search('search, in vain', 'P-nobody'),
  ];
}

function ofFacility(facility: string, lastPage: string): Asked[] {
  return [
    get('facility', facility),
    get('its webhooks', `${facility}/webhooks`),
    get('its webhooks, last page', `${facility}/webhooks?${lastPage}`),
    get('its webhooks, rejected', `${facility}/webhooks?outcome=rejected`),
    get('its webhooks, dead letters', `${facility}/webhooks?outcome=rejected&reason=dead-letter`),
    get('its webhooks, held', `${facility}/webhooks?outcome=held`),
    get('dry run', `${facility}/webhooks/dry-run`),
    get('its messages', `${facility}/messages`),
    get('its messages, failed', `${facility}/messages?status=failed`),
    get('its messages, overdue', `${facility}/messages?overdue=true`),
    get('drift', `${facility}/drift`),
    get('templates', `${facility}/templates`),
  ];
}

async function measure(place: WebhookPlace, hub: Hub, ask: () => Promise<Page>): Promise<Measured> {
  const once = async (): Promise<{ ms: number; bytes: number }> => {
    const start = performance.now();
    const { status, text } = await ask();
    const ms = performance.now() - start;
    if (status !== 200) throw new Error(`A page answered ${status}: ${text.slice(0, 500)}`);
    return { ms, bytes: Buffer.byteLength(text) };
  };
  const first = await once();
  for (let i = 1; i < WARM_UPS; i += 1) await once();
  const times: number[] = [];
  const [hubBefore, databaseBefore] = [hub.process.cpuMs(), await place.databaseCpuMs()];
  let bytes = first.bytes;
  for (let i = 0; i < TIMES; i += 1) {
    const { ms, bytes: size } = await once();
    times.push(ms);
    bytes = Math.max(bytes, size);
  }
  return {
    firstMs: rounded(first.ms),
    medianMs: rounded(percentile(times, 0.5)),
    p95Ms: rounded(percentile(times, 0.95)),
    hubCpuMs: rounded((hub.process.cpuMs() - hubBefore) / TIMES),
    databaseCpuMs: rounded(((await place.databaseCpuMs()) - databaseBefore) / TIMES),
    bytes,
  };
}

function figureOf(name: string, measured: Measured): Figure {
  const { firstMs, medianMs, p95Ms, bytes } = measured;
  return {
    name,
    hub: `${medianMs} ms`,
    plain: `p95 ${p95Ms} ms, the first ${firstMs} ms, ${rounded(bytes / 1_024)} KB`,
    ratio: p95Ms / MOST_MS,
    reach: `p95 ≤ ${MOST_MS} ms, ≤ ${MOST_BYTES / 1_024} KB`,
    isReached: p95Ms <= MOST_MS && bytes <= MOST_BYTES,
    details: { ...measured },
  };
}
