import { rounded, type Figure } from './figure.js';
import type { SeededPatients } from './seeded-patients.js';

const MOST_TIMES = 3;
const MOST_GROWTH = 0.2;

export const KEY = 'primary key';
export const OF_CONTACT = "by the hub's id";
export const OF_PATIENT = "by the hospital's id";
export const BY_PHONE = 'found by phone';

export interface Load {
  /** One request after the other: the middle one's time, in milliseconds. */
  aloneMs: number;
  /** By many at once. */
  perSecond: number;
  /** Processor time of the server and of the database, in microseconds for each request by many at once. */
  cpuUs: number;
  databaseCpuUs: number;
}

export interface AtSize {
  appointments: number;
  contacts: number;
  loads: Record<string, Load>;
  /** The `select` by primary key on a connection of `pg`, without HTTP. */
  statementMs: number;
  /** How many blocks the database touches for a request's statement. */
  blocks: Record<string, number>;
  tables: Awaited<ReturnType<SeededPatients['sizes']>>;
}

const NOTHING: Load = { aloneMs: NaN, perSecond: NaN, cpuUs: NaN, databaseCpuUs: NaN };

/** Of the largest size beside the plain thing, and of all sizes beside each other. */
export function patientFigures(all: readonly AtSize[]): Figure[] {
  const last = all.at(-1);
  if (!last) throw new Error('Nothing was measured.');
  const [first, ...others] = [OF_CONTACT, OF_PATIENT].map(name => beside(last, name));
  if (!first) throw new Error('Nobody was asked for.');
  first.details = { sizes: all };
  return [first, ...others, ...[OF_CONTACT, OF_PATIENT, BY_PHONE].map(name => growth(all, name))];
}

/** By many at once; one after the other it is the way between processes, and the sync of the audit's row, that is measured. */
function beside(at: AtSize, name: string): Figure {
  const [found, key] = [loadOf(at, name), loadOf(at, KEY)];
  const ratio = key.perSecond / found.perSecond;
  return {
    name: `a patient's appointments of ${at.appointments}, ${name}`,
    hub: `${Math.round(found.perSecond)}/s (alone ${found.aloneMs} ms)`,
    plain: `${Math.round(key.perSecond)}/s (alone ${key.aloneMs} ms), by primary key`,
    ratio,
    reach: `≤ ${MOST_TIMES} ×`,
    isReached: ratio <= MOST_TIMES,
    details: {},
  };
}

/** By processor time, the hub's and the database's: the clock tells more of what else the machine does. */
function growth(all: readonly AtSize[], name: string): Figure {
  const times = all.map(at => costMs(loadOf(at, name)));
  const worst = Math.max(...times.map(time => Math.abs(time / (times[0] ?? NaN) - 1)));
  return {
    name: `${name}, of ${all.map(at => at.appointments.toExponential().replace('e+', 'e')).join(', ')}`,
    hub: `${times.map(rounded).join(', ')} ms of CPU`,
    plain: `${all.map(at => rounded(costMs(loadOf(at, KEY)))).join(', ')} ms`,
    ratio: 1 + worst,
    reach: `within ${MOST_GROWTH * 100} %`,
    isReached: all.length < 2 ? null : worst <= MOST_GROWTH,
    details: { blocks: all.map(at => at.blocks[name]) },
  };
}

/** Processor time of a request by many at once, in milliseconds. */
export function costMs({ cpuUs, databaseCpuUs }: Load): number {
  return (cpuUs + databaseCpuUs) / 1_000;
}

export function loadOf(at: AtSize, name: string): Load {
  return at.loads[name] ?? NOTHING;
}
