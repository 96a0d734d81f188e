import { setTimeout as delay } from 'node:timers/promises';
import { median, rounded, type Figure } from './figure.js';
import type { HttpClient } from './http.js';
import { startHub, untilAnswered, type Hub, type HubPlace } from './hub.js';
import { freePort, type Processes } from './processes.js';
import { StatementCount } from './statement-count.js';
import type { WebhookPlace } from './webhook-place.js';

const STARTS = 3;
/** A start's work is over, and what it left has been collected: V8 does that half a minute later, with a third of a second of processor. */
const SETTLE_MS = 60_000;
const IDLE_MS = 60_000;
const LOOK_EVERY_MS = 5_000;
const MOST_MB = 180;
const MOST_PERCENT = 1;
const MOST_SECONDS = 3;

interface Idle {
  memoryMb: number;
  /** Of one core. */
  cpuPercent: number;
}

/**
 * A hub as in production with one live facility, while nobody asks it anything: its memory and its processor time over a minute; how long
 * such a one takes to start. Beside it the hub of the zero-configuration start, the sandbox hospital within it, and a bare Nest.
 */
export async function idle(processes: Processes, http: HttpClient, place: WebhookPlace, zero: HubPlace): Promise<Figure[]> {
  const first = await place.startHub();
  await place.createEndpoint(first);
  let hub = first;
  const readyMs: number[] = [];
  const startCpuMs: number[] = [];
  for (let round = 0; round < STARTS; round += 1) {
    await hub.process.stop();
    hub = await place.startHub();
    readyMs.push(performance.now() - hub.process.startedAt);
    startCpuMs.push(hub.process.cpuMs());
  }
  const { bareMb, bareMs } = await bareNest(processes, http);

  await delay(SETTLE_MS);
  const statements = await StatementCount.of(place.db);
  const databaseBefore = await place.databaseCpuMs();
  await statements.begin();
  const production = await measure(hub);
  const { count, most } = await statements.end();
  const databaseCpuMs = (await place.databaseCpuMs()) - databaseBefore;
  await hub.process.stop();

  const { hub: withSandbox } = await startHub(processes, http, zero);
  await delay(SETTLE_MS);
  const sandbox = await measure(withSandbox);
  const { hub: again, times } = await restarted(processes, http, zero, withSandbox);
  await again.process.stop();

  const seconds = median(readyMs) / 1_000;
  const details = { production, sandbox, bareMb, bareMs, readyMs, startCpuMs, sandboxReadyMs: times.readyMs };
  return [
    {
      name: 'memory, idle, one facility',
      hub: `${Math.round(production.memoryMb)} MB`,
      plain: `${Math.round(bareMb)} MB, bare Nest; ${Math.round(sandbox.memoryMb)} MB with the sandbox`,
      ratio: production.memoryMb / bareMb,
      reach: `≤ ${MOST_MB} MB`,
      isReached: production.memoryMb <= MOST_MB,
      details,
    },
    {
      name: 'processor, idle',
      hub: `${rounded(production.cpuPercent)} % of a core`,
      plain: `${rounded(sandbox.cpuPercent)} % with the sandbox`,
      ratio: production.cpuPercent / MOST_PERCENT,
      reach: `≤ ${MOST_PERCENT} %`,
      isReached: production.cpuPercent <= MOST_PERCENT,
      details: {
        statementsPerSecond: rounded((count * 1_000) / IDLE_MS),
        databaseCpuPercent: rounded((databaseCpuMs * 100) / IDLE_MS),
        most,
      },
    },
    {
      name: 'from start to ready',
      hub: `${rounded(seconds)} s`,
      plain: `${rounded(bareMs / 1_000)} s, bare Nest`,
      ratio: (seconds * 1_000) / bareMs,
      reach: `≤ ${MOST_SECONDS} s`,
      isReached: seconds <= MOST_SECONDS,
      details: { cpuSeconds: rounded(median(startCpuMs) / 1_000) },
    },
  ];
}

async function measure(hub: Hub): Promise<Idle> {
  const memory: number[] = [];
  const cpuBefore = hub.process.cpuMs();
  const start = performance.now();
  while (performance.now() - start < IDLE_MS) {
    await delay(LOOK_EVERY_MS);
    memory.push(hub.process.memoryMb());
  }
  const tookMs = performance.now() - start;
  return { memoryMb: rounded(median(memory)), cpuPercent: rounded(((hub.process.cpuMs() - cpuBefore) * 100) / tookMs) };
}

async function bareNest(processes: Processes, http: HttpClient): Promise<{ bareMb: number; bareMs: number }> {
  const port = await freePort();
  const bare = processes.startProgram('bare-nest', { PORT: String(port) });
  const bareMs = await untilAnswered(bare, http, `http://127.0.0.1:${port}/`);
  await delay(LOOK_EVERY_MS);
  const bareMb = bare.memoryMb();
  await bare.stop();
  return { bareMb: rounded(bareMb), bareMs: Math.round(bareMs) };
}

async function restarted(processes: Processes, http: HttpClient, zero: HubPlace, running: Hub): ReturnType<typeof startHub> {
  await running.process.stop();
  return startHub(processes, http, zero);
}
