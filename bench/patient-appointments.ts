import type pg from 'pg';
import { pageOfContactText, pageText, type AppointmentFilter } from '../src/appointments/appointment-page-text.js';
import type { DatabasePlace } from './database-place.js';
import { median, rounded, type Figure } from './figure.js';
import { patientFigures, BY_PHONE, KEY, OF_CONTACT, OF_PATIENT, type AtSize, type Load } from './patient-figures.js';
import type { HttpClient } from './http.js';
import type { Facility, Hub } from './hub.js';
import type { StartedProcess } from './processes.js';
import { SeededPatients, type SeededPatient } from './seeded-patients.js';
import { Wire } from './wire.js';

/** Appointments, of a fifth as many patients. */
export const SIZES = { small: [10_000, 100_000], large: [10_000, 100_000, 1_000_000, 10_000_000] };

const PATIENTS = 500;
const SEARCHED = 50;
const ROUNDS = 4;
/** In a round: one after the other, and then by many at once. */
const ALONE = 40;
const TOGETHER = 400;
const CONNECTIONS = 32;
const WARM_UP = 500;

const EXPLAINED = 20;
const NO_FILTER: AppointmentFilter = {
  contactId: undefined,
  patientId: undefined,
  temporaryPatientId: undefined,
  externalId: undefined,
  status: undefined,
  from: undefined,
  to: undefined,
  needsReview: undefined,
};

interface Explained {
  Plan: { 'Shared Hit Blocks': number; 'Shared Read Blocks': number };
}

type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>;

interface Target {
  name: string;
  port: number;
  process: StartedProcess;
  /** One for each patient, in turn. */
  requests: Buffer[];
}

/**
 * What a chat asks for first: the appointments of one patient, by the hub's id and by the hospital's, and the patient by phone, among ever
 * more appointments of ever more patients; beside `node:http` and a `select` by primary key.
 */
export async function patientAppointments(
  http: HttpClient,
  place: DatabasePlace,
  hub: Hub,
  sizes: readonly number[],
  step: Step,
): Promise<Figure[]> {
  const facility = await hub.createFacility(place.upstreamUrl);
  const seeded = new SeededPatients(place.db, facility.id);
  const phones = await knownPhones(http, facility);
  const bare = await place.startBareProgram('bare-read');
  const all: AtSize[] = [];
  for (const size of sizes) {
    const now = await step(`${size} appointments`, () => seeded.growTo(size));
    const patients = await seeded.sample(PATIENTS);
    const targets = targetsOf(facility, { hub: hub.process, port: place.port, bare }, patients, phones);
    const loads = await step('their reads', () => measure(place, targets));
    const [plainMs, blocks] = [await statementMs(place.db, patients), await blocksOf(place.db, facility.id, patients)];
    all.push({ ...now, loads, statementMs: plainMs, blocks, tables: await seeded.sizes() });
    process.stderr.write(`${JSON.stringify(all.at(-1))}\n`);
  }
  await bare.process.stop();
  return patientFigures(all);
}

/** Patients that the hub itself has sealed. */
async function knownPhones(http: HttpClient, facility: Facility): Promise<string[]> {
  const phones = Array.from({ length: SEARCHED }, (_, i) => `+63917${4_000_000 + i}`);
  for (const phone of phones) {
    const body = { name: 'Testa Inventada', dateOfBirth: '1990-01-01', phone };
    await http.json(`${facility.url}/contacts`, { method: 'PUT', headers: facility.headers, body });
  }
  return phones;
}

function targetsOf(
  facility: Facility,
  { hub, port, bare }: { hub: StartedProcess; port: number; bare: { process: StartedProcess; port: number } },
  patients: readonly SeededPatient[],
  phones: readonly string[],
): Target[] {
  const path = new URL(facility.url).pathname;
  const { authorization } = facility.headers;
  const ask = (url: string, method = 'GET', body = ''): Buffer =>
    Buffer.from(
      `${method} ${url} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: ${authorization}\r\n` +
        `${body === '' ? '' : `content-type: application/json\r\ncontent-length: ${body.length}\r\n`}\r\n${body}`,
    );
  const ofHub = { process: hub, port };
  return [
    { name: OF_CONTACT, ...ofHub, requests: patients.map(p => ask(`/api/v1/contacts/${p.contactId}/appointments`)) },
    { name: OF_PATIENT, ...ofHub, requests: patients.map(p => ask(`${path}/appointments?patientId=${p.patientId}`)) },
    { name: BY_PHONE, ...ofHub, requests: phones.map(phone => ask(`${path}/contacts/search`, 'POST', JSON.stringify({ phone }))) },
    { name: KEY, ...bare, requests: patients.map(p => ask(`/appointments/${p.appointmentId}`)) },
  ];
}

/** All in turn, round by round: what the machine does meanwhile, it does to each. */
async function measure(place: DatabasePlace, targets: readonly Target[]): Promise<Record<string, Load>> {
  for (const target of targets) await together(target, WARM_UP);
  const rounds: Record<string, Load[]> = Object.fromEntries(targets.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const target of targets) {
      const aloneMs = median((await send(target, ALONE, 1)).latenciesMs);
      const [cpu, databaseCpu] = [target.process.cpuMs(), await place.databaseCpuMs()];
      const { tookMs } = await together(target, TOGETHER);
      rounds[target.name]?.push({
        aloneMs,
        perSecond: (TOGETHER / tookMs) * 1_000,
        cpuUs: ((target.process.cpuMs() - cpu) / TOGETHER) * 1_000,
        databaseCpuUs: (((await place.databaseCpuMs()) - databaseCpu) / TOGETHER) * 1_000,
      });
    }
  }
  return Object.fromEntries(Object.entries(rounds).map(([name, loads]) => [name, middle(loads)]));
}

function together(target: Target, count: number): ReturnType<typeof send> {
  return send(target, count, CONNECTIONS);
}

/** Throws unless each answer is well and tells of somebody. */
async function send({ name, port, requests }: Target, count: number, connections: number): ReturnType<Wire['closedLoop']> {
  const wire = await Wire.open(port, connections);
  try {
    const list = Array.from({ length: count }, (_, i) => requests[i % requests.length] ?? Buffer.alloc(0));
    return await wire.closedLoop(list, ({ status, text }) => {
      if (status !== 200 || !text.includes('"id"')) throw new Error(`${name} answered ${status}: ${text.slice(0, 300)}`);
    });
  } finally {
    wire.close();
  }
}

async function statementMs(db: pg.Client, patients: readonly SeededPatient[]): Promise<number> {
  const times: number[] = [];
  for (const { appointmentId } of patients) {
    const start = performance.now();
    await db.query({ name: 'find', text: 'select * from appointment where id = $1', values: [appointmentId] });
    times.push(performance.now() - start);
  }
  return median(times);
}

/** How many blocks of tables and indexes a statement of the hub touches for a patient, the middle one of some: what growth adds, on any machine. */
async function blocksOf(db: pg.Client, facilityId: string, patients: readonly SeededPatient[]): Promise<AtSize['blocks']> {
  const counts: Record<string, number[]> = { [OF_CONTACT]: [], [OF_PATIENT]: [], [KEY]: [] };
  await db.query('set plan_cache_mode = force_generic_plan; set enable_seqscan = off');
  for (const { contactId, patientId, appointmentId } of patients.slice(0, EXPLAINED)) {
    const page = { before: null, count: 51 };
    const statements = {
      [OF_CONTACT]: pageOfContactText('r.*', { ...page, facilityIds: [facilityId], contactId }),
      [OF_PATIENT]: pageText('r.*', { ...page, facilityId, filter: { ...NO_FILTER, patientId } }),
      [KEY]: { text: 'select * from appointment where id = $1', values: [appointmentId] },
    };
    for (const [name, { text, values }] of Object.entries(statements)) {
      const { rows } = await db.query<{ 'QUERY PLAN': Explained[] }>(`explain (analyze, buffers, format json) ${text}`, values);
      const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
      counts[name]?.push((plan?.['Shared Hit Blocks'] ?? NaN) + (plan?.['Shared Read Blocks'] ?? NaN));
    }
  }
  await db.query('reset plan_cache_mode; reset enable_seqscan');
  return Object.fromEntries(Object.entries(counts).map(([name, list]) => [name, median(list)]));
}

function middle(loads: readonly Load[]): Load {
  const of = (read: (load: Load) => number): number => rounded(median(loads.map(read)));
  return {
    aloneMs: of(l => l.aloneMs),
    perSecond: of(l => l.perSecond),
    cpuUs: of(l => l.cpuUs),
    databaseCpuUs: of(l => l.databaseCpuUs),
  };
}
