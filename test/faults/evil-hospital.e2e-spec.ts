import { ReconciliationCron } from '../../src/appointments/reconciliation.cron.js';
import { ReconciliationService } from '../../src/appointments/reconciliation.service.js';
import type { Check } from '../../storm/check.js';
import { Random } from '../../storm/random.js';
import { eventually } from '../support/eventually.js';
import { startHub, type TestHub } from '../support/hub.js';
import { planBookings } from './booking-plan.js';
import { guardConnects, type ConnectGuard } from './connect-guard.js';
import { openClinic, startEvilClinic, WAIT_SECONDS, type EvilClinic } from './evil-clinic.js';
import { EVILS } from './evils.js';
import { checkFaults, wellFromMs, type FaultRun } from './fault-checks.js';
import { readFaultRecords, type FaultRecords } from './fault-records.js';
import { runFaults } from './fault-run.js';
import { ShiftedClock } from './shifted-clock.js';
import { WAYS } from './ways.js';

const SEED = 20261126;
const WITHIN_MS = 240_000;
const STEP_MS = 2_000;
/** In which all that can be learned is learned; what then is left waits for its deadline. */
const LEARNED_WITHIN_MS = WAIT_SECONDS * 1_000 + 100_000;
const LONG_STEP_MS = 20_000;
/** So long the hospitals go on with their evil after the last booking. */
const EVIL_FOR_MS = 16_000;

/** `npm run faults`, small, by a clock that is put forward once the hospitals are well. */
describe('Evil hospitals: a third of what they answer is broken', () => {
  const clock = new ShiftedClock();
  let guard: ConnectGuard;
  let hub: TestHub;
  let clinics: EvilClinic[];
  let run: FaultRun;
  let records: FaultRecords;
  let checks: Check[];
  let underWay = 0;

  beforeAll(async () => {
    guard = guardConnects();
    const month = new Date(Date.UTC(clock.now().getUTCFullYear(), clock.now().getUTCMonth() + 2, 1)).toISOString().slice(0, 7);
    const plan = planBookings(new Random(SEED), { bookings: 240, hospitals: 16, share: 0.3, month });
    clinics = await Promise.all(plan.map((planned, i) => startEvilClinic(planned, SEED + i, () => clock.now())));
    hub = await startHub({
      clock,
      config: {
        upstreamAllowedHosts: clinics.map(({ hospital }) => hospital.host),
        writeTimeoutMs: 1_000,
        availabilityTimeoutMs: 600,
      },
    });
    watchLooks();
    await Promise.all(clinics.map((clinic, i) => openClinic(hub, clinic, `Test Evil Hospital ${i}`)));
    run = await runFaults(hub, clinics, { seed: SEED, share: 0.3, now: () => clock.now(), suffer, untilLearned });
    await untilTold();
    const pending = [...run.told, ...run.toldAgain].filter(({ status }) => status === 202).map(({ appointmentId }) => appointmentId ?? '');
    records = await readFaultRecords(
      hub,
      clinics.map(({ facilityId }) => facilityId),
      pending,
    );
    checks = checkFaults(run, records);
  }, WITHIN_MS);
  afterAll(async () => {
    for (const { echoes } of clinics) echoes.stop();
    await hub.close();
    await Promise.all(clinics.map(({ hospital }) => hospital.close()));
    guard.undo();
  });

  /** No time is put forward while a look is under way. */
  function watchLooks(): void {
    const reconciliation = hub.app.get(ReconciliationService);
    const look = reconciliation.look.bind(reconciliation);
    reconciliation.look = async key => {
      underWay++;
      await look(key).finally(() => underWay--);
    };
  }

  /** Looks are answered with evil, too. */
  async function suffer(): Promise<void> {
    for (let passed = 0; passed < EVIL_FOR_MS; passed += STEP_MS) await pass(STEP_MS);
  }

  async function untilLearned(): Promise<void> {
    const isWell = (): boolean => clinics.every(clinic => wellFromMs(clinic, clock.now()) <= clock.now().getTime());
    for (let passed = 0; !isWell() || (await open()) > 0;) {
      const step = passed < LEARNED_WITHIN_MS ? STEP_MS : LONG_STEP_MS;
      passed += step;
      await pass(step);
    }
  }

  async function open(): Promise<number> {
    // What is a person's is looked for still, and may be for a day.
    const sql = `select count(*)::int as count from unknown_outcome where ended_at is null and (flagged_at is null or until_at > $1)`;
    const [row] = await hub.sql<{ count: number }>(sql, [clock.now()]);
    return row?.count ?? 0;
  }

  async function pass(ms: number): Promise<void> {
    clock.advance(ms);
    await hub.app.get(ReconciliationCron).tick();
    await eventually('what is due is looked at', async () => {
      const due = await hub.sql('select 1 from unknown_outcome where ended_at is null and next_look_at <= $1', [clock.now()]);
      return due.length === 0 && underWay === 0;
    });
  }

  async function untilTold(): Promise<void> {
    await eventually('all messages are out', async () => {
      return (await hub.sql(`select 1 from notification where status in ('expected', 'sending') limit 1`)).length === 0;
    });
  }

  it('plays each evil in each way', () => {
    const missing = WAYS.flatMap(way => {
      const played = clinics.filter(clinic => clinic.way === way).flatMap(({ hospital }) => [...hospital.played.keys()]);
      return EVILS.filter(evil => !played.includes(evil)).map(evil => `${way}: ${evil}`);
    });

    expect(missing).toEqual([]);
  });

  it('books nobody twice, loses no booking, tells no untruth, and learns in time what is to be learned', () => {
    expect(checks.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
    expect(checks.filter(({ checked }) => checked === 0)).toEqual([]);
  });

  it.each([
    ['list', ['listed', 'not-listed']],
    ['idempotent', ['repeated']],
    ['echoes', ['event', 'needs-review']],
    ['none', ['needs-review', 'seen-free']],
  ])('learns by the ways that a hospital of kind %s leaves: %p', (way, ways) => {
    const facilities = new Set(clinics.filter(clinic => clinic.way === way).map(({ facilityId }) => facilityId));
    const by = records.outcomes.filter(({ facilityId }) => facilities.has(facilityId)).map(({ endedBy }) => endedBy ?? 'open');

    expect([...new Set(by)].sort()).toEqual(ways);
  });

  it('has connected to nobody that a hospital named', () => {
    expect(guard.refused).toEqual([]);
  });
});
