import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { median, rounded, type Figure } from './figure.js';
import { growthPlot } from './growth-plot.js';
import { homeOf, inserts, reads, unitsOf, webhooksOfAll, type GrowthPlace, type GrowthUnit, type Home } from './growth-units.js';
import { ManyFacilities, WEBHOOK_SECRET } from './many-facilities.js';
import { ROOT, type StartedProcess } from './processes.js';
import { SeededPatients, type SeededPatient } from './seeded-patients.js';
import { EventMix } from './webhook-events.js';
import type { Source } from './webhook-place.js';

const FACILITIES = [1, 10, 100, 1_000, 10_000];
const APPOINTMENTS = { small: [10_000, 100_000, 1_000_000], large: [10_000, 100_000, 1_000_000, 10_000_000] };
const ROUNDS = 3;
/** For code that is warm. */
const WARM_UP_ROUNDS = 2;
/** Of the many, so many hospitals send webhooks in turn. */
const MOST_SENDERS = 500;
const PATIENTS = 500;
const MOST_GROWTH = 0.2;
/** So that what one unit leaves to be done is not the next one's. */
const REST_MS = 1_000;

const IMAGES = path.join(ROOT, 'docs', 'images');

type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Processor time of a unit, the hub's and the database's, in milliseconds. */
interface Cost {
  hubMs: number;
  databaseMs: number;
}

interface AtSize {
  size: number;
  costs: Record<string, Cost>;
}

/** The plain thing, for how fast the machine is at each size. */
const PLAIN = 'beside: node:http and one insert';

export async function growthByFacilities(at: GrowthPlace, step: Step): Promise<Figure[]> {
  const home = await homeOf(at);
  const many = new ManyFacilities(at.place, home.facility.id, at.hospitalUrl);
  const senders: Source[] = [];
  const units = [...(await unitsOf(at, home)), webhooksOfAll('a webhook, of all hospitals', at.place, senders)];
  const grow = async (size: number): Promise<void> => {
    const ids = await many.growTo(size);
    for (const id of ids.slice(0, MOST_SENDERS - senders.length)) {
      senders.push({ endpoint: await at.hub.endpointOf(id, WEBHOOK_SECRET), mix: new EventMix(`many-${senders.length}`) });
    }
  };
  return series({ at, home, units, what: 'facilities', sizes: FACILITIES, grow, step });
}

export async function growthByAppointments(at: GrowthPlace, isLarge: boolean, step: Step): Promise<Figure[]> {
  const home = await homeOf(at);
  const seeded = new SeededPatients(at.place.db, home.facility.id);
  let patients: SeededPatient[] = [];
  const { facility } = home;
  const ofHub = `/api/v1/facilities/${facility.id}/appointments`;
  const read = (name: string, pathOf: (patient: SeededPatient) => string): GrowthUnit =>
    reads(name, at.place.port, facility.headers, () => patients.map(pathOf));
  const units = [
    ...(await unitsOf(at, home)),
    read("a patient's list, by our id", ({ contactId }) => `/api/v1/contacts/${contactId}/appointments`),
    read("a patient's list, by the hospital's id", ({ patientId }) => `${ofHub}?patientId=${patientId}`),
  ];
  const grow = async (size: number): Promise<void> => {
    await seeded.growTo(size);
    patients = await seeded.sample(PATIENTS);
  };
  return series({ at, home, units, what: 'appointments', sizes: isLarge ? APPOINTMENTS.large : APPOINTMENTS.small, grow, step });
}

interface Series {
  at: GrowthPlace;
  home: Home;
  units: readonly GrowthUnit[];
  what: 'facilities' | 'appointments';
  sizes: readonly number[];
  grow: (size: number) => Promise<void>;
  step: Step;
}

async function series({ at, home, units, what, sizes, grow, step }: Series): Promise<Figure[]> {
  // What it tidies up in between, at times of its own, would be counted with whatever is done just then.
  await at.place.db.query('alter system set autovacuum = off');
  await at.place.db.query('select pg_reload_conf()');
  const bare = await at.place.startBare();
  const plain = inserts(PLAIN, at.place, { endpoint: home.source.endpoint, mix: new EventMix('plain') }, bare.port);
  const all: AtSize[] = [];
  for (const size of sizes) {
    await step(`${size} ${what}`, () => grow(size));
    const costs = await step('what is done among them', () => costsOf(at, [...units, plain], bare.process, all.length === 0));
    all.push({ size, costs });
    process.stderr.write(`${JSON.stringify(all.at(-1))}\n`);
    const panels = [...units, plain].map(({ name }) => ({ name, ms: all.map(each => costMs(each, name)) }));
    const title = `Processor time of hub and database, among ever more ${what}; green: within a fifth of the first`;
    fs.writeFileSync(path.join(IMAGES, `growth-${what}.svg`), growthPlot(title, sizes.slice(0, all.length), panels));
  }
  await bare.process.stop();
  return units.map(({ name }) => figureOf(name, what, all));
}

/** All in turn, round by round. `isFirst`: some before that do not count. */
async function costsOf(
  { place, hub }: GrowthPlace,
  units: readonly GrowthUnit[],
  bare: StartedProcess,
  isFirst: boolean,
): Promise<Record<string, Cost>> {
  const rounds: Record<string, Cost[]> = Object.fromEntries(units.map(({ name }) => [name, []]));
  for (let round = isFirst ? -WARM_UP_ROUNDS : 0; round < ROUNDS; round += 1) {
    await place.db.query('vacuum analyze');
    await place.db.query('checkpoint');
    for (const { name, count, prepare, work, tidy } of units) {
      const { process } = name === PLAIN ? { process: bare } : hub;
      await prepare?.();
      await delay(REST_MS);
      const [cpu, databaseCpu] = [process.cpuMs(), await place.databaseCpuMs()];
      await work();
      const [hubMs, databaseMs] = [(process.cpuMs() - cpu) / count, ((await place.databaseCpuMs()) - databaseCpu) / count];
      if (round >= 0) rounds[name]?.push({ hubMs, databaseMs });
      await tidy?.();
    }
  }
  const middle = (costs: readonly Cost[]): Cost => ({
    hubMs: rounded4(median(costs.map(({ hubMs }) => hubMs))),
    databaseMs: rounded4(median(costs.map(({ databaseMs }) => databaseMs))),
  });
  return Object.fromEntries(Object.entries(rounds).map(([name, costs]) => [name, middle(costs)]));
}

function figureOf(name: string, what: string, all: readonly AtSize[]): Figure {
  const [first = NaN, ...others] = all.map(at => costMs(at, name));
  // That it costs less among many is no growth.
  const worst = Math.max(0, ...others.map(ms => ms / first - 1));
  return {
    name: `${name}, of ${all.map(({ size }) => size.toExponential().replace('e+', 'e')).join(', ')} ${what}`,
    hub: `${[first, ...others].map(rounded).join(', ')} ms of CPU`,
    plain: `${all.map(at => rounded(costMs(at, PLAIN))).join(', ')} ms, an insert`,
    ratio: 1 + worst,
    reach: `≤ ${1 + MOST_GROWTH} ×`,
    isReached: worst <= MOST_GROWTH,
    details: { costs: all.map(({ size, costs }) => ({ size, ...costs[name] })) },
  };
}

function costMs({ costs }: AtSize, name: string): number {
  const { hubMs, databaseMs } = costs[name] ?? { hubMs: NaN, databaseMs: NaN };
  return hubMs + databaseMs;
}

function rounded4(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
