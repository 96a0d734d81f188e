import type { PlannedBooking } from './booking-plan.js';
import type { FaultHub } from './fault-hub.js';
import type { EvilClinic } from './evil-clinic.js';
import { whimOf } from './evil-hospital.js';
import type { FaultRun } from './fault-checks.js';
import { book, bookUnderEvil, type Told } from './platform.js';
import { Random } from '../../storm/random.js';
import { eventually } from '../support/eventually.js';

export interface FaultRunOptions {
  seed: number;
  /** Of 1, of what the hospitals are asked besides the planned bookings. */
  share: number;
  now: () => Date;
  /** Between the last booking and the recovery. */
  suffer: () => Promise<void>;
  /** Resolves when the hub has learned all that it can learn. */
  untilLearned: (clinics: readonly EvilClinic[]) => Promise<void>;
}

const WELL_WITHIN_MS = 180_000;

/** The hospitals do evil while their patients book, one by one at each; then they are well, and whoever was refused books again. */
export async function runFaults(hub: FaultHub, clinics: readonly EvilClinic[], options: FaultRunOptions): Promise<FaultRun> {
  for (const [i, { hospital }] of clinics.entries()) hospital.whim = whimOf(new Random(options.seed ^ (i + 1)), options.share);
  const told = (await Promise.all(clinics.map(clinic => bookAll(hub, clinic)))).flat();
  await options.suffer();
  for (const { hospital } of clinics) hospital.recover();
  const recoveredAt = options.now();
  await Promise.all(clinics.map(({ echoes }) => echoes.untilTold()));
  await options.untilLearned(clinics);
  const toldAgain = (await Promise.all(clinics.map(clinic => bookAgain(hub, clinic, refusedAt(clinic, told))))).flat();
  await Promise.all(clinics.map(({ echoes }) => echoes.untilTold()));
  return { clinics, told, toldAgain, recoveredAt };
}

async function bookAll(hub: FaultHub, clinic: EvilClinic): Promise<Told[]> {
  const told: Told[] = [];
  for (const booking of clinic.plan.bookings) told.push(...(await bookUnderEvil(hub, clinic, booking)));
  return told;
}

/** The bookings that were refused in the end. */
function refusedAt(clinic: EvilClinic, told: readonly Told[]): PlannedBooking[] {
  const last = new Map(told.filter(one => one.clinic === clinic).map(one => [one.booking, one.status]));
  return [...last].filter(([, status]) => status >= 400).map(([booking]) => booking);
}

async function bookAgain(hub: FaultHub, clinic: EvilClinic, refused: readonly PlannedBooking[]): Promise<Told[]> {
  const told: Told[] = [];
  // What it waited for in between does not count: it is booked in the end.
  for (const booking of refused) told.push(...(await book(hub, clinic, booking)).slice(-1));
  return told;
}

/** Resolves when the hub hears of the hospital again: whatever it keeps of bad days must not last. */
export async function untilHeardOf(hub: FaultHub, { facilityId, calendarId, appointmentTypeId, plan }: EvilClinic): Promise<void> {
  const month = plan.starts[0]?.slice(0, 7) ?? '';
  const query = new URLSearchParams({ month, calendarId, appointmentTypeId }).toString();
  await eventually(
    `facility ${facilityId} is heard of`,
    async () => {
      const { status, body } = await hub.call('GET', `/facilities/${facilityId}/availability?${query}`);
      return status === 200 && (body as { freshness: { source: string } }).freshness.source !== 'stale';
    },
    WELL_WITHIN_MS,
  );
}
