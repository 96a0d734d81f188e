import { setTimeout as delay } from 'node:timers/promises';
import { median, percentile, rounded, spread, type Figure } from './figure.js';
import type { Hub } from './hub.js';
import type { StartedProcess } from './processes.js';
import { signedPost } from './webhook-events.js';
import type { Source, WebhookPlace } from './webhook-place.js';
import { acceptedId, Wire } from './wire.js';

const CONNECTIONS = 64;
const ROUNDS = 5;
const WARM_UP = 2_000;
const REQUESTS = 5_000;
const LEAST_RATIO = 2;
const LEAST_RATIO_APPLYING = 0.8;
const PACED_SHARE = 0.6;
const PACED_SECONDS = 6;
const MOST_P99_MS = 25;

interface Target {
  process: StartedProcess;
  port: number;
}

interface Round {
  plain: Load;
  hub: Load;
}

interface Load {
  perSecond: number;
  p99Ms: number;
  /** Processor time of the server, and of the database, in microseconds for each request: the hub's with what it applies meanwhile. */
  cpuUs: number;
  databaseCpuUs: number;
}

/**
 * Distinct signed events as fast as they are acknowledged, and as many rows through the plain server: while the jobs that they make are
 * not due, and while the hub applies them; then as many as are 60 % of that, by the clock.
 */
export async function webhooksAcknowledged(place: WebhookPlace, hub: Hub, source: Source): Promise<Figure[]> {
  const plain = await place.startBare();
  const target = { process: hub.process, port: place.port };
  const requestsOf = ({ endpoint, mix }: Source, count: number): Buffer[] => mix.next(count).map(body => signedPost(endpoint, body));
  const run = (at: Target, count = REQUESTS): Promise<Load> => load(place, at, requestsOf(source, count));
  const runApplied = async (at: Target): Promise<Load> => {
    const result = await run(at);
    await place.untilApplied();
    return result;
  };
  try {
    await run(plain, WARM_UP);
    await run(target, WARM_UP);
    await place.untilApplied();
    await place.holdJobs();
    const alone = await roundsOf(
      () => run(plain),
      () => run(target),
    );
    const most = median(alone.map(r => r.hub.perSecond));
    const paced = await latenciesAt(place, most * PACED_SHARE, requestsOf(source, Math.round(most * PACED_SHARE * PACED_SECONDS)));
    await place.releaseJobs();
    await place.untilApplied();
    const applying = await roundsOf(
      () => run(plain),
      () => runApplied(target),
    );
    return [
      figureOf('webhooks acknowledged, jobs not due', alone, LEAST_RATIO),
      {
        name: `the same at ${Math.round(most * PACED_SHARE)}/s, 60 % of that, p99`,
        hub: `${rounded(percentile(paced, 0.99))} ms`,
        plain: `${paced.length} events`,
        ratio: percentile(paced, 0.99) / MOST_P99_MS,
        reach: `≤ ${MOST_P99_MS} ms`,
        isReached: percentile(paced, 0.99) <= MOST_P99_MS,
        details: { ms: spread(paced) },
      },
      figureOf('webhooks acknowledged while applied', applying, LEAST_RATIO_APPLYING),
    ];
  } finally {
    await plain.process.stop();
  }
}

/** One beside the other, again and again. */
async function roundsOf(plain: () => Promise<Load>, hub: () => Promise<Load>): Promise<Round[]> {
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push({ plain: await plain(), hub: await hub() });
  return rounds;
}

function figureOf(name: string, rounds: readonly Round[], least: number): Figure {
  const ratio = median(rounds.map(r => r.hub.perSecond / r.plain.perSecond));
  return {
    name,
    hub: `${median(rounds.map(r => r.hub.perSecond))}/s`,
    plain: `${median(rounds.map(r => r.plain.perSecond))}/s, node:http and one insert`,
    ratio,
    reach: `≥ ${least} ×`,
    isReached: ratio >= least,
    details: { connections: CONNECTIONS, requestsEachRound: REQUESTS, rounds },
  };
}

/** By the clock, whether or not those before are answered: from when each was due, without the first second. */
async function latenciesAt(place: WebhookPlace, perSecond: number, requests: readonly Buffer[]): Promise<number[]> {
  const wire = await Wire.open(place.port, CONNECTIONS);
  const startMs = performance.now() + 100;
  const latenciesMs = await Promise.all(
    requests.map(async (request, index) => {
      const dueMs = startMs + (index * 1_000) / perSecond;
      await delay(Math.ceil(dueMs - performance.now()));
      acceptedId(await wire.send(request));
      return performance.now() - dueMs;
    }),
  );
  wire.close();
  return latenciesMs.slice(Math.round(perSecond));
}

async function load(place: WebhookPlace, { process, port }: Target, requests: readonly Buffer[]): Promise<Load> {
  const wire = await Wire.open(port, CONNECTIONS);
  const cpuBefore = process.cpuMs();
  const databaseCpuBefore = await place.databaseCpuMs();
  const { tookMs, latenciesMs } = await wire.closedLoop(requests, acceptedId);
  const cpuMs = process.cpuMs() - cpuBefore;
  const databaseCpuMs = (await place.databaseCpuMs()) - databaseCpuBefore;
  wire.close();
  return {
    perSecond: Math.round((requests.length * 1_000) / tookMs),
    p99Ms: rounded(percentile(latenciesMs, 0.99)),
    cpuUs: Math.round((cpuMs * 1_000) / requests.length),
    databaseCpuUs: Math.round((databaseCpuMs * 1_000) / requests.length),
  };
}
