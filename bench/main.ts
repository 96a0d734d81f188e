import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bookingCost } from './booking-cost.js';
import { cachedAvailability } from './cached-availability.js';
import { calendarSyncRounds } from './calendar-sync-rounds.js';
import { calendarSync } from './calendar-sync.js';
import { coldAvailability } from './cold-availability.js';
import { coldBurst } from './cold-burst.js';
import { consolePages } from './console-pages.js';
import { copies } from './copies.js';
import { DatabasePlace } from './database-place.js';
import { table, type Figure } from './figure.js';
import { HttpClient } from './http.js';
import { startHub, untilAnswered, type Hub, type HubPlace, type StartTimes } from './hub.js';
import { idle } from './idle.js';
import { isolation } from './isolation.js';
import { memory } from './memory.js';
import { messagesSent } from './messages-sent.js';
import { patientAppointments, SIZES } from './patient-appointments.js';
import { partitions } from './partitions.js';
import { freePort, Processes, type StartedProcess } from './processes.js';
import { secondStart } from './second-start.js';
import { soak } from './soak.js';
import { EventMix } from './webhook-events.js';
import { WebhookPlace, type Source } from './webhook-place.js';
import { webhooksAcknowledged } from './webhooks-acknowledged.js';
import { webhooksDrained } from './webhooks-drain.js';
import { webhooksOpenLoop } from './webhooks-open-loop.js';

const LATER_STARTS = 3;
const IDLE_MS = 6_000;
/** That are known before webhooks are measured. */
const APPOINTMENTS = 600;
/**
 * `-- --booking`, `-- --messages`, `-- --isolation`, `-- --copies`, `-- --soak`, `-- --console`, `-- --sync`, `-- --idle`, `-- --patients`,
 * `-- --cached`, `-- --cold`, `-- --partitions`: that alone, in a few minutes; of patients with `--large` in half an hour.
 */
const PART = (
  ['booking', 'messages', 'isolation', 'copies', 'soak', 'console', 'sync', 'idle', 'patients', 'cached', 'cold', 'partitions'] as const
).find(part => process.argv.includes(`--${part}`));
/** Of the soak: `--minutes 30`. */
const MINUTES = Number(process.argv[process.argv.indexOf('--minutes') + 1]) || 5;
/** `-- --sync --large`: of very many facilities; `--large=1000`: of so many. */
const MANY = readMany();
const WEBHOOK_PARTS = ['open-loop', 'acknowledged', 'drained'] as const;
type WebhookPart = (typeof WEBHOOK_PARTS)[number];
/** `-- --webhooks`: the figures of webhooks instead, which take several minutes; `-- --webhooks=drained`: one part of them, which is printed and not kept. */
const webhookParts = readWebhookParts();
const isKept = webhookParts.length === 0 || webhookParts.length === WEBHOOK_PARTS.length;
const SUFFIX = webhookParts.length > 0 ? '-webhooks' : `${PART ? `-${PART}` : ''}${MANY === null ? '' : '-large'}`;
const RESULTS = path.join(import.meta.dirname, `results${SUFFIX}.json`);

const processes = new Processes();
const http = new HttpClient();

/** All figures, over one hub, one bare Nest and one fake hospital, each in a process of its own. Everything is on loopback. */
async function run(): Promise<Figure[]> {
  const hospitalPort = await freePort();
  const hospitalUrl = `http://127.0.0.1:${hospitalPort}`;
  const hospital = processes.startProgram('fake-hospital', {
    PORT: String(hospitalPort),
    AVAILABILITY_MS: PART === 'isolation' || PART === 'cold' ? '50' : '500',
    BOOKING_MS: '50',
    ...(PART === 'sync' ? { CALENDARS: '20', CALENDARS_MS: '50' } : {}),
    ...(PART === 'cold' ? { SLOTS: '1500' } : {}),
  });
  await untilAnswered(hospital, http, `${hospitalUrl}/counts`);
  if (webhookParts.length > 0) return webhooks(hospitalUrl);
  if (PART === 'messages') return messages(hospitalUrl);
  if (PART === 'sync') return synced(hospitalUrl);
  if (PART === 'copies') return ofCopies(hospitalUrl);
  if (PART === 'soak') return soaked(hospitalUrl);
  if (PART === 'console') return pagesOfConsole(hospitalUrl);
  if (PART === 'patients') return patients(hospitalUrl);
  if (PART === 'partitions') return partitioned(hospitalUrl);

  const place: HubPlace = { port: await freePort(), sandboxPort: await freePort(), hospital: `127.0.0.1:${hospitalPort}` };
  if (PART === 'idle') return idled(place, hospitalUrl);
  if (PART === 'booking') return [await booked(place, hospitalUrl)];
  if (PART === 'isolation') return isolated(place, hospitalUrl);
  if (PART === 'cold') return [await cold(place, hospitalUrl)];
  if (PART === 'cached') return [await keptMonth(place)];
  const { hub, bare, bareUrl, starts } = await startOften(place);
  await delay(IDLE_MS);
  const idle = memory('idle', hub.process.memoryMb(), bare.memoryMb());

  const cached = await step('cached availability', async () =>
    cachedAvailability(http, hub, await hub.demoFacility(), { bare, url: bareUrl }, processes.folder),
  );
  const facility = await hub.createFacility(`${hospitalUrl}/api/v1`);
  const burst = await step('1,000 at once', () => coldBurst(facility, hospitalUrl, bareUrl));
  const booking = await step('booking', () => bookingCost(http, hub, facility, hospitalUrl));
  const loaded = memory('after the load', hub.process.memoryMb(), bare.memoryMb());
  await Promise.all([hub.process.stop(), bare.stop()]);
  return [cached, booking, burst, starts, idle, loaded];
}

/** Over a hub that has just begun. */
async function booked(place: HubPlace, hospitalUrl: string): Promise<Figure> {
  const { hub } = await step('start', () => startHub(processes, http, place));
  const facility = await hub.createFacility(`${hospitalUrl}/api/v1`);
  return step('booking', () => bookingCost(http, hub, facility, hospitalUrl));
}

/** Likewise. */
async function cold(place: HubPlace, hospitalUrl: string): Promise<Figure> {
  const { hub } = await step('start', () => startHub(processes, http, place));
  const facility = await hub.createFacility(`${hospitalUrl}/api/v1`);
  return step('cold months', () => coldAvailability(http, hub, facility, hospitalUrl));
}

/** Over the sandbox of one that has just begun. */
async function keptMonth(place: HubPlace): Promise<Figure> {
  const { hub } = await step('start', () => startHub(processes, http, place));
  const port = await freePort();
  const bare = processes.startProgram('bare-nest', { PORT: String(port) });
  const url = `http://127.0.0.1:${port}/`;
  await untilAnswered(bare, http, url);
  return step('cached availability', async () => cachedAvailability(http, hub, await hub.demoFacility(), { bare, url }, processes.folder));
}

/** Likewise. */
async function isolated(place: HubPlace, hospitalUrl: string): Promise<Figure[]> {
  const { hub } = await step('start', () => startHub(processes, http, place));
  return isolation(hub, hospitalUrl, step);
}

async function webhooks(hospitalUrl: string): Promise<Figure[]> {
  return overWebhooks(hospitalUrl, async (place, hub, source) => {
    const parts: Record<WebhookPart, () => Promise<Figure[]>> = {
      'open-loop': () => webhooksOpenLoop(place, hub, source),
      acknowledged: () => webhooksAcknowledged(place, hub, source),
      drained: () => webhooksDrained(place, hub),
    };
    const figures: Figure[] = [];
    for (const part of webhookParts) figures.push(...(await step(`webhooks: ${part}`, parts[part])));
    return figures;
  });
}

async function ofCopies(hospitalUrl: string): Promise<Figure[]> {
  return overWebhooks(hospitalUrl, (place, hub, source) => step('copies', () => copies(place, hub, source)));
}

async function soaked(hospitalUrl: string): Promise<Figure[]> {
  return overWebhooks(hospitalUrl, async (place, hub, source) => {
    const facility = await hub.open(source.endpoint.facilityId);
    return [await step(`soak, ${MINUTES} minutes`, () => soak(http, place, hub, { source, facility, minutes: MINUTES }))];
  });
}

async function messages(providerUrl: string): Promise<Figure[]> {
  return over(
    'messages',
    () => WebhookPlace.openForWebhooks(processes, http, providerUrl),
    async place => {
      const hub = await place.startHub();
      return step('messages sent', () => messagesSent(http, place, hub, providerUrl));
    },
  );
}

async function synced(hospitalUrl: string): Promise<Figure[]> {
  return over(
    'calendars',
    () => WebhookPlace.openForWebhooks(processes, http, hospitalUrl, true),
    async place => {
      const hub = await place.startHub();
      if (MANY === null) return step('calendar sync', () => calendarSync(http, place, hub, hospitalUrl));
      return step('calendar sync of many', () => calendarSyncRounds(http, place, hub, hospitalUrl, MANY));
    },
  );
}

async function patients(hospitalUrl: string): Promise<Figure[]> {
  return over(
    'patients',
    () => DatabasePlace.open('patients', processes, http, hospitalUrl),
    async place => {
      const hub = await place.startHub();
      return patientAppointments(http, place, hub, process.argv.includes('--large') ? SIZES.large : SIZES.small, step);
    },
  );
}

/** And a hub of the zero-configuration way after it. */
async function idled(zero: HubPlace, hospitalUrl: string): Promise<Figure[]> {
  return over(
    'an idle hub',
    () => WebhookPlace.openForWebhooks(processes, http, hospitalUrl, true),
    place => step('idle', () => idle(processes, http, place, zero)),
  );
}

async function pagesOfConsole(hospitalUrl: string): Promise<Figure[]> {
  return over(
    'the console',
    () => WebhookPlace.openForWebhooks(processes, http, hospitalUrl),
    async place => consolePages(place, await place.startHub(), step),
  );
}

/** What is said is not how quick it is. */
async function partitioned(hospitalUrl: string): Promise<Figure[]> {
  return over(
    'partitions',
    () => WebhookPlace.openPlainly('partitions', processes, http, hospitalUrl),
    async place => [await step('a day on partitioned tables', () => partitions(http, place))],
  );
}

/** On a hub that knows some appointments of one hospital. */
async function overWebhooks(
  hospitalUrl: string,
  measure: (place: WebhookPlace, hub: Hub, source: Source) => Promise<Figure[]>,
): Promise<Figure[]> {
  return over(
    'webhooks',
    () => WebhookPlace.openForWebhooks(processes, http, hospitalUrl),
    async place => {
      const hub = await place.startHub();
      const source = { endpoint: await place.createEndpoint(hub), mix: new EventMix('open') };
      await place.post([source], mix => mix.opening(APPOINTMENTS));
      await place.untilApplied();
      return measure(place, hub, source);
    },
  );
}

/** On a database of its own, for a hub as in production. */
async function over<Place extends DatabasePlace>(
  what: string,
  open: () => Promise<Place>,
  measure: (place: Place) => Promise<Figure[]>,
): Promise<Figure[]> {
  const place = await step(`a database for ${what}`, open);
  try {
    return await measure(place);
  } finally {
    await place.close();
  }
}

/** Starts the hub on an empty folder, then again and again on what that left, a bare Nest beside each; the last ones go on running. */
async function startOften(place: HubPlace): Promise<{ hub: Hub; bare: StartedProcess; bareUrl: string; starts: Figure }> {
  const barePort = await freePort();
  const bareUrl = `http://127.0.0.1:${barePort}/`;
  let { hub, times: first } = await step('first start', () => startHub(processes, http, place));
  let bare: StartedProcess | undefined;
  const later: StartTimes[] = [];
  const bareMs: number[] = [];
  for (let round = 0; round < LATER_STARTS; round += 1) {
    await bare?.stop();
    bare = processes.startProgram('bare-nest', { PORT: String(barePort) });
    bareMs.push(await untilAnswered(bare, http, bareUrl));
    await hub.process.stop();
    const again = await step('later start', () => startHub(processes, http, place));
    later.push(again.times);
    hub = again.hub;
  }
  if (!bare) throw new Error('No start was measured.');
  return { hub, bare, bareUrl, starts: secondStart(first, later, bareMs) };
}

/** Tells on the terminal what is being measured. */
async function step<T>(name: string, measure: () => Promise<T>): Promise<T> {
  process.stderr.write(`${name} …`);
  const start = performance.now();
  try {
    return await measure();
  } finally {
    process.stderr.write(` ${((performance.now() - start) / 1_000).toFixed(1)} s\n`);
  }
}

function report(figures: Figure[], tookMs: number): void {
  const machine = {
    cpu: os.cpus()[0]?.model,
    cpus: os.availableParallelism(),
    memoryMb: Math.round(os.totalmem() / 2 ** 20),
    node: process.version,
  };
  const results = {
    at: new Date().toISOString(),
    seconds: Math.round(tookMs / 1_000),
    machine: { ...machine, platform: process.platform },
    figures,
  };
  const rest = isKept
    ? `all else is in ${path.relative('.', RESULTS)}`
    : JSON.stringify(figures.map(({ name, details }) => ({ name, details })));
  if (isKept) fs.writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
  console.log(`\n${table(figures)}\n\n${results.seconds} s on ${machine.cpus} cores, Node ${machine.node}; ${rest}`);
}

function readWebhookParts(): readonly WebhookPart[] {
  const given = process.argv.find(argument => argument === '--webhooks' || argument.startsWith('--webhooks='));
  if (given === undefined) return [];
  const [, names] = given.split('=');
  if (names === undefined) return WEBHOOK_PARTS;
  const parts = WEBHOOK_PARTS.filter(part => names.split(',').includes(part));
  if (parts.length < names.split(',').length) throw new Error(`--webhooks=${names}: the parts are ${WEBHOOK_PARTS.join(', ')}.`);
  return parts;
}

function readMany(): number | null {
  const given = process.argv.find(argument => argument === '--large' || argument.startsWith('--large='));
  return given === undefined ? null : Number(given.split('=')[1] ?? 10_000);
}

async function end(): Promise<void> {
  http.close();
  await processes.end();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end().finally(() => process.exit(1)));
try {
  const start = performance.now();
  const figures = await run();
  report(figures, performance.now() - start);
  if (process.argv.includes('--check') && figures.some(figure => figure.isReached === false)) process.exitCode = 1;
} finally {
  await end();
}
