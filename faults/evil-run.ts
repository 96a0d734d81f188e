import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../bench/processes.js';
import type { Check } from '../storm/check.js';
import { openDatabase, type GivenServer } from '../storm/database.js';
import { Random } from '../storm/random.js';
import { planBookings, type PlanSize } from '../test/faults/booking-plan.js';
import { openClinic, startEvilClinic, type EvilClinic } from '../test/faults/evil-clinic.js';
import { checkFaults, wellFromMs, type FaultRun } from '../test/faults/fault-checks.js';
import { readFaultRecords, type FaultRecords } from '../test/faults/fault-records.js';
import { runFaults, untilHeardOf } from '../test/faults/fault-run.js';
import { HubProcess } from '../test/faults/hub-process.js';

export interface EvilRunOptions extends Omit<PlanSize, 'month'> {
  seed: number;
  /** The folder that holds `dist`, `migrations`, `package.json` and `node_modules`. */
  build: string;
  /** Where the database is made; null: on a server of its own. */
  server: GivenServer | null;
}

export interface EvilRunResult {
  run: FaultRun;
  records: FaultRecords;
  checks: Check[];
}

const LOOK_EVERY_MS = 1_000;
/** An outcome that nothing tells is a person's after ten minutes; what is then still open is wrong. */
const LEARNED_WITHIN_MS = 12 * 60_000;
const SAY_EVERY_MS = 15_000;

/** The built hub between hospitals of all ways, in real time. `folder`: empty, and gone afterwards by the caller's hand. */
export async function evilRun(options: EvilRunOptions, folder: string, signal: AbortSignal): Promise<EvilRunResult> {
  const ends: (() => Promise<void>)[] = [];
  try {
    return await run(options, folder, signal, ends);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function run(options: EvilRunOptions, folder: string, signal: AbortSignal, ends: (() => Promise<void>)[]): Promise<EvilRunResult> {
  const { seed, build, server } = options;
  const now = (): Date => new Date();
  const month = new Date(Date.UTC(now().getUTCFullYear(), now().getUTCMonth() + 2, 1)).toISOString().slice(0, 7);
  const plan = planBookings(new Random(seed), { ...options, month });
  const clinics = await Promise.all(plan.map((planned, i) => startEvilClinic(planned, seed + i, now)));
  ends.push(async () => {
    await Promise.all(clinics.map(({ hospital }) => hospital.close()));
  });
  const database = await openDatabase(folder, server);
  ends.push(() => database.close());
  const outside = clinics.map(({ hospital }) => hospital.host).join();
  const hub = new HubProcess({ root: build, folder, databaseUrl: database.url, outside }, await freePort());
  ends.push(() => hub.end());
  await hub.migrate();
  await hub.start();
  await Promise.all(clinics.map((clinic, i) => openClinic(hub, clinic, `Evil Hospital ${i} (test)`)));
  ends.push(async () => {
    for (const { echoes } of clinics) echoes.stop();
    await Promise.all(clinics.map(({ echoes }) => echoes.untilTold()));
  });

  const done = await runFaults(hub, clinics, {
    seed,
    share: options.share,
    now,
    suffer: async () => {
      console.error('all have booked: the hospitals recover');
      await Promise.resolve();
    },
    untilLearned: all => untilLearned(hub, all, signal),
  });
  await untilTold(hub, signal);
  const pending = [...done.told, ...done.toldAgain].filter(({ status }) => status === 202).map(({ appointmentId }) => appointmentId ?? '');
  const facilityIds = clinics.map(({ facilityId }) => facilityId);
  const records = await readFaultRecords(hub, facilityIds, pending);
  const connects = { name: 'no connect but to the hospitals', checked: clinics.length, wrong: hub.refusedConnects() };
  return { run: done, records, checks: [...checkFaults(done, records), connects] };
}

async function untilLearned(hub: HubProcess, clinics: readonly EvilClinic[], signal: AbortSignal): Promise<void> {
  await Promise.all(clinics.map(clinic => untilHeardOf(hub, clinic)));
  const end = performance.now() + LEARNED_WITHIN_MS;
  for (let saidMs = 0; performance.now() < end;) {
    const [row] = await hub.sql<{ open: number }>('select count(*)::int as open from unknown_outcome where ended_at is null');
    const isWell = clinics.every(clinic => wellFromMs(clinic, new Date()) <= Date.now());
    if (isWell && row?.open === 0) return;
    if (performance.now() - saidMs > SAY_EVERY_MS) {
      saidMs = performance.now();
      console.error(`${row?.open ?? 0} outcomes are still unknown`);
    }
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}

async function untilTold(hub: HubProcess, signal: AbortSignal): Promise<void> {
  const end = performance.now() + 60_000;
  while (performance.now() < end) {
    if ((await hub.sql(`select 1 from notification where status in ('expected', 'sending') limit 1`)).length === 0) return;
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}
