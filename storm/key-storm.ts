import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startBookingHospital, type BookingHospital } from '../test/support/booking-hospital.js';
import { eventually } from '../test/support/eventually.js';
import { createFacility } from '../test/support/factories.js';
import { syncedCalendars } from '../test/support/synced-calendars.js';
import { startThreeCopies, type ThreeCopies } from '../test/support/three-copies.js';
import { openDatabase, type GivenServer } from './database.js';
import { checkKeys, type KeyCheck, type KeyEnd, type StoredAppointment } from './key-checks.js';
import { KeyClients, type Told, type WantedBooking } from './key-clients.js';
import { Random } from './random.js';

/** So many keys are on their way at once. */
const KEYS_AT_ONCE = 10;
const SETTLED_WITHIN_MS = 120_000;
const KILL_MS = { from: 200, to: 1_500 };

export interface KeyStormOptions {
  seed: number;
  keys: number;
  /** Of each key, at the same moment. */
  repeats: number;
  kills: number;
  /** `idempotent`: it books once for one reference, and has no list. `list`: it books as often as it is asked to, and tells what it has. */
  hospital: 'idempotent' | 'list';
  /** The folder that holds `dist`, `migrations`, `package.json` and `node_modules`. */
  build: string;
  /** Where the database is made; null: on a server of the storm's own. */
  server: GivenServer | null;
}

export interface KeyStormReport {
  checks: KeyCheck[];
  counts: KeyClients['counts'];
  kills: number;
  /** Of the keys whose call was never made, or is known not to have been: the caller was told so. */
  failed: number;
  /** Calls to the hospital that were to book. */
  calls: number;
  toldMs: number;
  settledMs: number;
}

/** Many bookings, each sent many times at once with its key to three copies of which one after the other is killed. `folder`: empty. */
export async function keyStorm(options: KeyStormOptions, folder: string, signal: AbortSignal): Promise<KeyStormReport> {
  const database = await openDatabase(folder, options.server);
  const hospital = await startBookingHospital({
    slots: options.keys,
    isIdempotent: options.hospital === 'idempotent',
    hasList: options.hospital === 'list',
  });
  let copies: ThreeCopies | undefined;
  try {
    const { build } = options;
    const place = {
      build,
      folder: path.join(folder, 'run'),
      databaseUrl: database.url,
      isMigrated: database.isMigrated,
      outside: [hospital.host],
    };
    copies = await startThreeCopies(place);
    return await run(options, { copies, hospital, databaseUrl: database.url }, signal);
  } finally {
    await copies?.close();
    await hospital.close();
    await database.close();
  }
}

interface Scene {
  copies: ThreeCopies;
  hospital: BookingHospital;
  databaseUrl: string;
}

async function run(options: KeyStormOptions, { copies, hospital, databaseUrl }: Scene, signal: AbortSignal): Promise<KeyStormReport> {
  const random = new Random(options.seed);
  const wanted = await wantedBookings(options, copies, hospital);
  const clients = new KeyClients(copies.api, random, signal);
  const begin = performance.now();
  let isTold = false;
  const killing = killInTurn(copies, options.kills, random, () => isTold);
  const told = await inTurns(wanted, booking => clients.book(booking, options.repeats)).finally(() => (isTold = true));
  const kills = await killing;
  const toldMs = performance.now() - begin;
  const appointments = await settledAppointments(databaseUrl, signal);
  const ends = wanted.map((booking, i) => endOf(booking, told[i] ?? [], hospital, appointments));
  return {
    checks: checkKeys(ends, appointments.length),
    counts: clients.counts,
    kills,
    failed: appointments.filter(({ status }) => status === 'FAILED').length,
    calls: hospital.calls('POST /appointments').length,
    toldMs,
    settledMs: performance.now() - begin,
  };
}

async function wantedBookings(
  { keys, seed, hospital: kind }: KeyStormOptions,
  { api }: ThreeCopies,
  hospital: BookingHospital,
): Promise<WantedBooking[]> {
  const auth = { scheme: 'bearer', apiKey: 'storm-upstream-key' };
  const scheduler = { connector: 'botmd', baseUrl: hospital.baseUrl, auth, idempotentCreate: kind === 'idempotent' };
  const facilityId = await createFacility(api, hospital, { scheduler });
  const [calendar] = await syncedCalendars(api, facilityId);
  const place = { calendarId: calendar?.id, appointmentTypeId: calendar?.appointmentTypes[0]?.id };
  return Array.from({ length: keys }, (_, i) => {
    const phone = `+63917${String(1_000_000 + i)}`;
    const contact = { name: `Testa Inventada ${i}`, dateOfBirth: '1990-01-01', phone };
    return { key: `storm-${seed}-${i}`, facilityId, phone, body: { ...place, contact, start: hospital.starts[i] } };
  });
}

/** Some at a time, in order; what each came to. */
async function inTurns(wanted: readonly WantedBooking[], book: (booking: WantedBooking) => Promise<Told[]>): Promise<Told[][]> {
  const told: Told[][] = [];
  const queue = wanted.entries();
  const work = async (): Promise<void> => {
    for (const [i, booking] of queue) told[i] = await book(booking);
  };
  await Promise.all(Array.from({ length: KEYS_AT_ONCE }, work));
  return told;
}

/** One after the other, each time another takes its place; how many. Ends early when there is nothing more to disturb. */
async function killInTurn(scene: ThreeCopies, kills: number, random: Random, isOver: () => boolean): Promise<number> {
  for (let killed = 0; killed < kills; killed += 1) {
    await delay(KILL_MS.from + random.below(KILL_MS.to - KILL_MS.from));
    const [copy] = scene.copies;
    if (isOver() || !copy) return killed;
    scene.copies.shift();
    await copy.kill();
    scene.balancer.remove(copy.url);
    await scene.add();
  }
  return kills;
}

/** All appointments, once none is open. */
async function settledAppointments(databaseUrl: string, signal: AbortSignal): Promise<StoredAppointment[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await eventually(
      'every booking has come to an end',
      async () => {
        signal.throwIfAborted();
        const { rows } = await client.query<StoredAppointment>('select id, status, external_id as "externalId" from appointment');
        return rows.every(({ status }) => status !== 'PENDING') && rows;
      },
      SETTLED_WITHIN_MS,
    );
  } finally {
    await client.end();
  }
}

function endOf(wanted: WantedBooking, told: Told[], hospital: BookingHospital, appointments: readonly StoredAppointment[]): KeyEnd {
  const calls = hospital
    .calls('POST /appointments')
    .map(({ body }) => JSON.parse(body) as { external_reference: string; patient: { phone: string } });
  return {
    wanted,
    told,
    visits: hospital.visits.filter(({ phone }) => phone === wanted.phone),
    references: new Set(calls.filter(({ patient }) => patient.phone === wanted.phone).map(call => call.external_reference)),
    stored: appointments.find(({ id }) => id === told[0]?.appointmentId) ?? null,
  };
}
