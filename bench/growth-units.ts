import { setTimeout as delay } from 'node:timers/promises';
import { book, offeredSlots, type Slot } from './booking-cost.js';
import type { HttpClient } from './http.js';
import { availabilityUrl, monthAhead, type Facility, type Hub, type Month } from './hub.js';
import { EventMix, signedPost } from './webhook-events.js';
import type { Source, WebhookPlace } from './webhook-place.js';
import { acceptedId, Wire } from './wire.js';

const EVENTS = 2_000;
const KNOWN = 600;
const MESSAGES = 300;
const READS = 3_000;
const CONNECTIONS = 32;
const COLD_MONTHS = 10;
const BOOKED_AT = 8;
const BOOKINGS = 160;
const BOOKERS = 16;
const SYNCS = 40;
const IDLE_SECONDS = 10;
const LOOK_EVERY_MS = 25;
const PATIENCE_MS = 60_000;

export interface GrowthPlace {
  http: HttpClient;
  place: WebhookPlace;
  hub: Hub;
  hospitalUrl: string;
}

/** A kind of work, always as much of it, whatever else there is. */
export interface GrowthUnit {
  name: string;
  /** How many units `work` does. */
  count: number;
  /** Made before each `work`, and not measured. */
  prepare?: () => Promise<void>;
  work: () => Promise<void>;
  /** Likewise not measured. */
  tidy?: () => Promise<void>;
}

/** A facility where all of it is done, and its hospital. */
export interface Home {
  facility: Facility;
  source: Source;
}

export async function homeOf({ place, hub }: GrowthPlace): Promise<Home> {
  const source = { endpoint: await place.createEndpoint(hub), mix: new EventMix('home') };
  await place.post([source], mix => mix.opening(KNOWN));
  await place.untilApplied();
  return { source, facility: await hub.open(source.endpoint.facilityId) };
}

/** What the hub does all day, at one facility, or at some where one hospital alone could not show it. */
export async function unitsOf(at: GrowthPlace, home: Home): Promise<GrowthUnit[]> {
  return [
    mixedWebhooks(at, home),
    await messages(at),
    cachedMonths(at.http, home.facility, at.place.port),
    coldMonths(at),
    await bookings(at),
    calendarSyncs(at, home.facility.id),
    { name: 'a second of rest', count: IDLE_SECONDS, work: () => delay(IDLE_SECONDS * 1_000) },
  ];
}

/** What happens in a hospital in a day. */
function mixedWebhooks({ place }: GrowthPlace, { source }: Home): GrowthUnit {
  return webhooksOf('a webhook, taken and applied', place, async () => place.post([source], mix => mix.next(EVENTS)));
}

/** Staff book, at each hospital in turn. */
export function webhooksOfAll(name: string, place: WebhookPlace, sources: readonly Source[]): GrowthUnit {
  return webhooksOf(name, place, async () => place.post(sources, mix => mix.opening(EVENTS / sources.length)));
}

function webhooksOf(name: string, place: WebhookPlace, post: () => Promise<void>): GrowthUnit {
  return {
    name,
    count: EVENTS,
    work: async () => {
      await post();
      await place.untilApplied();
    },
  };
}

/** The plain thing on `port`, for how fast the machine is. */
export function inserts(name: string, place: WebhookPlace, { endpoint, mix }: Source, port: number): GrowthUnit {
  return {
    name,
    count: EVENTS,
    work: async () => {
      const requests = mix.opening(EVENTS).map(body => signedPost(endpoint, body));
      const wire = await Wire.open(port, CONNECTIONS);
      await wire.closedLoop(requests, acceptedId);
      wire.close();
    },
    // Nobody applies its rows.
    tidy: () => place.db.query(`delete from webhook_event where body_sealed like 'x%'`).then(() => undefined),
  };
}

/** One `GET` after the other on some connections. Each answer must be well, and tell of something. */
export function reads(name: string, port: number, headers: Facility['headers'], paths: () => readonly string[]): GrowthUnit {
  return {
    name,
    count: READS,
    work: async () => {
      const wire = await Wire.open(port, CONNECTIONS);
      const requests = paths().map(path =>
        Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: ${headers.authorization}\r\n\r\n`),
      );
      const list = Array.from({ length: READS }, (_, i) => requests[i % requests.length] ?? Buffer.alloc(0));
      await wire.closedLoop(list, ({ status, text }) => {
        if (status !== 200 || !/"(id|start)"/.test(text)) throw new Error(`${name} was answered ${status}: ${text.slice(0, 300)}`);
      });
      wire.close();
    },
  };
}

function cachedMonths(http: HttpClient, facility: Facility, port: number): GrowthUnit {
  const url = availabilityUrl(facility, ofFirst(facility), monthAhead(1));
  const { pathname, search } = new URL(url);
  const unit = reads('a kept month', port, facility.headers, () => [pathname + search]);
  return { ...unit, prepare: () => http.json(url, { headers: facility.headers }).then(() => undefined) };
}

/** Of a hospital that nobody has asked before, one after the other. */
function coldMonths({ http, hub, hospitalUrl }: GrowthPlace): GrowthUnit {
  let urls: { url: string; facility: Facility }[] = [];
  let made = 0;
  return {
    name: 'a month asked for first',
    count: COLD_MONTHS * 4,
    prepare: async () => {
      const facility = await hub.createFacility(`${hospitalUrl}/h${9_000_000 + made++}/api/v1`);
      const months = Array.from({ length: COLD_MONTHS }, (_, i) => monthAhead(1 + i));
      urls = facility.calendars.flatMap(calendar => months.map(month => ({ facility, url: availabilityUrl(facility, calendar, month) })));
    },
    work: async () => {
      for (const { url, facility } of urls) {
        const { freshness } = (await http.json(url, { headers: facility.headers })) as Month;
        if (freshness.source !== 'live') throw new Error(`A month was not cold: ${freshness.source}`);
      }
    },
  };
}

async function bookings({ http, hub, hospitalUrl }: GrowthPlace): Promise<GrowthUnit> {
  const facilities: Facility[] = [];
  for (let n = 0; n < BOOKED_AT; n += 1) facilities.push(await hub.createFacility(`${hospitalUrl}/h${8_000_000 + n}/api/v1`));
  let wanted: { facility: Facility; slot: Slot; patient: number }[] = [];
  let patients = 0;
  let rounds = 0;
  return {
    name: 'a booking',
    count: BOOKINGS,
    prepare: async () => {
      // Of another month each time.
      const month = 1 + rounds++;
      const slots = await Promise.all(facilities.map(facility => offeredSlots(http, facility, BOOKINGS / BOOKED_AT, month)));
      wanted = slots.flatMap((ofOne, n) => ofOne.map(slot => ({ facility: facilities[n] as Facility, slot, patient: patients++ })));
    },
    work: async () => {
      const queue = wanted.values();
      const booker = async (): Promise<void> => {
        for (const { facility, slot, patient } of queue) await book(http, facility, slot, patient);
      };
      await Promise.all(Array.from({ length: BOOKERS }, booker));
    },
  };
}

/** Staff book, and the patient is written to. */
async function messages({ http, place, hub, hospitalUrl }: GrowthPlace): Promise<GrowthUnit> {
  const endpoint = await place.createEndpoint(hub);
  await hub.sendBySms(endpoint.facilityId, hospitalUrl, `AC${'0'.repeat(32)}`);
  const source = { endpoint, mix: new EventMix('messages') };
  const sent = async (): Promise<number> => ((await http.json(`${hospitalUrl}/counts`)) as { messages: number }).messages;
  return {
    name: 'a message, and what it tells of',
    count: MESSAGES,
    work: async () => {
      const wanted = (await sent()) + MESSAGES;
      await place.post([source], mix => mix.opening(MESSAGES));
      await until('All messages are sent', async () => (await sent()) >= wanted);
    },
  };
}

/** Of one facility where nothing has changed, one after the other. */
function calendarSyncs({ place: { db }, hub }: GrowthPlace, facilityId: string): GrowthUnit {
  return {
    name: 'a calendar sync',
    count: SYNCS,
    work: async () => {
      for (let i = 0; i < SYNCS; i += 1) {
        const id = await hub.syncCalendars(facilityId);
        await until('A sync ends', async () => {
          const { rows } = await db.query<{ status: string }>('select status from calendar_sync where id = $1', [id]);
          if (rows[0]?.status === 'failed') throw new Error('A sync failed.');
          return rows[0]?.status === 'succeeded';
        });
      }
    },
  };
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Not in time: ${what}`);
    await delay(LOOK_EVERY_MS);
  }
}

function ofFirst({ calendars: [first] }: Facility): Facility['calendars'][number] {
  if (!first) throw new Error('The fake hospital has no calendar.');
  return first;
}
