import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Figure } from './figure.js';
import type { HttpClient } from './http.js';
import { availabilityUrl, monthAhead, type Facility, type Hub, type Month } from './hub.js';
import { partitionByFacility, type Partitioning } from './partitioned-tables.js';
import { readPlans, type StatementPlans } from './statement-plans.js';
import { EventMix } from './webhook-events.js';
import type { WebhookPlace } from './webhook-place.js';

const PARTITIONS = 16;
const FACILITIES = 4;
const EVENTS = 20;
const CONNECTIONS = 2;

/**
 * The hub as it is on tables that are partitioned by facility: a day of several hospitals, and for each statement that it sent which
 * partitions PostgreSQL touched, by the plans that it noted as it ran them.
 */
export async function partitions(http: HttpClient, place: WebhookPlace): Promise<Figure> {
  const partitioning = await partitionByFacility(place.db, PARTITIONS);
  // Policies and rights of the new tables.
  await place.migrate();
  await notePlans(place);
  const hub = await place.startHub();
  const from = place.serverLog().length;
  await aDay(http, place, hub);
  await hub.process.stop();
  const plans = readPlans(place.serverLog().slice(from), partitioning.tables);
  print(partitioning, plans);
  return figureOf(partitioning, plans);
}

/** Of each connection from now on. */
async function notePlans({ db }: WebhookPlace): Promise<void> {
  await db.query(`load 'auto_explain'`);
  const settings = { log_min_duration: '0', log_format: 'json', log_analyze: 'on', log_timing: 'off', log_parameter_max_length: '0' };
  await db.query(`alter database postgres set session_preload_libraries = 'auto_explain'`);
  for (const [name, value] of Object.entries(settings)) await db.query(`alter database postgres set auto_explain.${name} = '${value}'`);
}

async function aDay(http: HttpClient, place: WebhookPlace, hub: Hub): Promise<void> {
  for (let i = 0; i < FACILITIES; i += 1) {
    await chats(http, await hub.createFacility(place.upstreamUrl));
    const source = { endpoint: await place.createEndpoint(hub), mix: new EventMix(`day-${i}`) };
    await place.post([source], mix => mix.opening(EVENTS), CONNECTIONS);
    await place.post([source], mix => mix.next(EVENTS), CONNECTIONS);
  }
  await place.untilApplied();
  // What the hub does by itself every few seconds.
  await delay(10_000);
}

/** What the platform asks for, with a key of this facility. */
async function chats(http: HttpClient, facility: Facility): Promise<void> {
  const { url, headers, calendars } = facility;
  const [calendar] = calendars;
  const appointmentTypeId = calendar?.appointmentTypes[0]?.id;
  if (!calendar || appointmentTypeId === undefined) throw new Error('The fake hospital has no calendar.');
  const api = new URL('/api/v1', url).href;
  const get = (at: string): Promise<unknown> => http.json(at, { headers });
  const { days } = (await get(availabilityUrl(facility, calendar, monthAhead(1)))) as Month;
  const starts = days.flatMap(({ slots }) => slots.map(({ start }) => start));
  const hold = { calendarId: calendar.id, appointmentTypeId, start: starts[0] };
  await http.json(`${url}/slot-holds`, { method: 'POST', headers, body: hold });
  const phone = '+639173000001';
  const contact = { name: 'Testa Inventada', dateOfBirth: '1990-01-01', phone };
  await http.json(`${url}/contacts`, { method: 'PUT', headers, body: contact });
  await http.json(`${url}/contacts/search`, { method: 'POST', headers, body: { phone } });
  const booked = (await http.json(`${url}/appointments`, {
    method: 'POST',
    headers: { ...headers, 'idempotency-key': randomUUID() },
    body: { contact, calendarId: calendar.id, appointmentTypeId, start: starts[1] },
  })) as { id: string; contactId: string; temporaryPatientId: string };
  const { id, contactId, temporaryPatientId } = booked;
  for (const [path, start] of [
    ['reschedule', starts[2]],
    ['cancel', null],
  ]) {
    await http.send(`${api}/appointments/${id}/${path ?? ''}`, { method: 'PUT', headers, body: start === null ? {} : { start } });
  }
  for (const at of [
    ...[`/contacts/${contactId}`, `/contacts/${contactId}/appointments`, `/appointments/${id}`, `/appointments/${id}/timeline`],
    ...[`/appointments/${id}/explanation`, `/events?facilityId=${facility.id}`],
  ])
    await get(`${api}${at}`);
  for (const at of [
    'appointments',
    `appointments?temporaryPatientId=${temporaryPatientId}`,
    'notifications',
    'webhook-events',
    'calendars',
  ])
    await get(`${url}/${at}`);
}

function print({ tables, widened, dropped }: Partitioning, plans: readonly StatementPlans[]): void {
  const across = plans.filter(({ most }) => most > 1);
  const lines = [
    `${tables.length} tables, ${PARTITIONS} partitions each; ${plans.length} statements, of which ${across.length} touched more than one:`,
    ...across.map(({ most, times, text }) => `${String(most).padStart(4)} × ${String(times).padStart(5)} ${text}`),
    `keys that hold within a facility only now: ${widened.join('; ')}`,
    `foreign keys that cannot be kept: ${dropped.join('; ')}`,
  ];
  console.log(`\n${lines.join('\n')}`);
}

function figureOf(partitioning: Partitioning, plans: readonly StatementPlans[]): Figure {
  const ran = plans.reduce((sum, { times }) => sum + times, 0);
  const one = plans.filter(({ most }) => most <= 1).reduce((sum, { times }) => sum + times, 0);
  return {
    name: `statements on tables in ${PARTITIONS} partitions`,
    hub: `${one} of ${ran} touched one at most`,
    plain: `${plans.filter(({ most }) => most <= 1).length} of ${plans.length} texts`,
    ratio: one / ran,
    reach: '',
    isReached: null,
    details: { ...partitioning, plans },
  };
}
