import { setTimeout as delay } from 'node:timers/promises';
import { book, offeredSlots, type Slot } from './booking-cost.js';
import { median, rounded, type Figure } from './figure.js';
import type { HttpClient } from './http.js';
import { availabilityUrl, monthAhead, type Facility, type Hub } from './hub.js';
import { signedPost } from './webhook-events.js';
import type { Source, WebhookPlace } from './webhook-place.js';
import { acceptedId, Wire } from './wire.js';

/** A second. */
const RATES = { webhooks: 40, reads: 40, bookings: 2 };
const SAMPLE_EVERY_MS = 5_000;
/** Caches and the heap fill up first. */
const WARM_UP_SHARE = 0.2;
const MOST_GROWTH = 1.1;
const MONTHS = 3;

/** All kinds of work for some minutes, by the clock, and what the hub's process holds meanwhile. `facility`: that of `source`. */
export async function soak(
  http: HttpClient,
  place: WebhookPlace,
  hub: Hub,
  work: { source: Source; facility: Facility; minutes: number },
): Promise<Figure> {
  const { source, facility, minutes } = work;
  const slots = await slotsOf(http, facility, minutes * 60 * RATES.bookings);
  const wire = await Wire.open(place.port, 16);
  const samplesMb: number[] = [];
  const endMs = performance.now() + minutes * 60_000;
  const months = facility.calendars.map(calendar => availabilityUrl(facility, calendar, monthAhead(1)));
  let failed = 0;
  const every = async (perSecond: number, send: (index: number) => Promise<unknown>): Promise<void> => {
    const startMs = performance.now();
    const under: Promise<unknown>[] = [];
    for (let index = 0; performance.now() < endMs; index += 1) {
      under.push(send(index).catch(() => (failed += 1)));
      if (under.length > 1_000) await Promise.all(under.splice(0));
      await delay(Math.max(0, startMs + ((index + 1) * 1_000) / perSecond - performance.now()));
    }
    await Promise.all(under);
  };
  await Promise.all([
    every(RATES.webhooks, async () => {
      for (const body of source.mix.next(1)) acceptedId(await wire.send(signedPost(source.endpoint, body)));
    }),
    every(RATES.reads, index => http.json(months[index % months.length] ?? '', { headers: facility.headers })),
    every(RATES.bookings, async index => {
      const slot = slots[index];
      if (slot) await book(http, facility, slot, index);
    }),
    every(1_000 / SAMPLE_EVERY_MS, () => Promise.resolve(samplesMb.push(hub.process.memoryMb()))),
  ]);
  wire.close();
  return figureOf(samplesMb, minutes, failed);
}

function figureOf(samplesMb: readonly number[], minutes: number, failed: number): Figure {
  const settled = samplesMb.slice(Math.floor(samplesMb.length * WARM_UP_SHARE));
  const third = Math.floor(settled.length / 3);
  const [first, last] = [median(settled.slice(0, third)), median(settled.slice(-third))];
  return {
    name: `memory over ${minutes} minutes of work`,
    hub: `${Math.round(last)} MB, last third`,
    plain: `${Math.round(first)} MB, first third`,
    ratio: last / first,
    reach: `≤ ${MOST_GROWTH} ×, none failed`,
    isReached: last <= first * MOST_GROWTH && failed === 0,
    details: { rates: RATES, failed, everyMs: SAMPLE_EVERY_MS, samplesMb: samplesMb.map(rounded) },
  };
}

async function slotsOf(http: HttpClient, facility: Facility, needed: number): Promise<Slot[]> {
  const perMonth = Math.ceil(needed / MONTHS);
  const slots: Slot[] = [];
  for (let month = 2; month < 2 + MONTHS; month += 1) slots.push(...(await offeredSlots(http, facility, perMonth, month)));
  return slots;
}
