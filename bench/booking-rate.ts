import { book, offeredSlots, type Slot } from './booking-cost.js';
import type { DatabasePlace } from './database-place.js';
import { rounded, spread, type Figure } from './figure.js';
import type { HttpClient } from './http.js';
import type { Facility, Hub } from './hub.js';

/** One hospital takes no more than some calls at once: many are booked at together. */
const FACILITIES = 32;
const WARM_UP = 320;
const BOOKINGS = 2_560;
/** By a hospital that takes 200 ms they book 1,280 a second at most. */
const CALLERS = 256;
const LEAST_PER_SECOND = 400;

interface Booking {
  facility: Facility;
  slot: Slot;
  /** Of a patient of its own. */
  patient: number;
}

/** As many bookings as go through, by callers each of whom books again once it has been answered. */
export async function bookingRate(http: HttpClient, place: DatabasePlace, hub: Hub): Promise<Figure> {
  const bookings = await wantedBookings(http, place, hub);
  await bookAll(http, bookings.slice(0, WARM_UP));
  const [hubBefore, databaseBefore, begin] = [hub.process.cpuMs(), await place.databaseCpuMs(), performance.now()];
  const took = await bookAll(http, bookings.slice(WARM_UP));
  const wallMs = performance.now() - begin;
  const hubMs = (hub.process.cpuMs() - hubBefore) / BOOKINGS;
  const databaseMs = ((await place.databaseCpuMs()) - databaseBefore) / BOOKINGS;
  const perSecond = (BOOKINGS * 1_000) / wallMs;
  return {
    name: `bookings, ${CALLERS} callers, ${FACILITIES} hospitals`,
    hub: `${Math.round(perSecond)}/s, ${rounded(hubMs)} + ${rounded(databaseMs)} ms of CPU, hub + database`,
    plain: `one core of the hub: ${Math.round(1_000 / hubMs)}/s`,
    ratio: (perSecond * hubMs) / 1_000,
    reach: `≥ ${LEAST_PER_SECOND}/s`,
    isReached: perSecond >= LEAST_PER_SECOND,
    details: {
      bookings: BOOKINGS,
      ms: spread(took),
      hubCpuMsPerBooking: rounded(hubMs),
      databaseCpuMsPerBooking: rounded(databaseMs),
      coresInUse: rounded(((hubMs + databaseMs) * BOOKINGS) / wallMs),
    },
  };
}

async function wantedBookings(http: HttpClient, place: DatabasePlace, hub: Hub): Promise<Booking[]> {
  const each = (WARM_UP + BOOKINGS) / FACILITIES;
  const facilities: Facility[] = [];
  for (let n = 0; n < FACILITIES; n += 1) facilities.push(await hub.createFacility(`${place.hospitalUrl}/h${n}/api/v1`));
  const slots = await Promise.all(facilities.map(facility => offeredSlots(http, facility, each)));
  // In turns, so that all hospitals are asked at all times.
  return Array.from({ length: each }, (_, i) =>
    facilities.map((facility, n) => ({ facility, slot: slots[n]?.[i] as Slot, patient: i * FACILITIES + n })),
  ).flat();
}

/** How long each took, in milliseconds. */
async function bookAll(http: HttpClient, bookings: readonly Booking[]): Promise<number[]> {
  const took: number[] = [];
  const queue = bookings.values();
  const call = async (): Promise<void> => {
    for (const { facility, slot, patient } of queue) {
      const begin = performance.now();
      await book(http, facility, slot, patient);
      took.push(performance.now() - begin);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, call));
  return took;
}
