import { median, percentile, rounded, type Figure } from './figure.js';
import type { Hub } from './hub.js';
import type { StartedProcess } from './processes.js';
import { signedPost } from './webhook-events.js';
import type { Source, WebhookPlace } from './webhook-place.js';
import { acceptedId, Wire } from './wire.js';

const CONNECTIONS = 64;
const ROUNDS = 5;
const WARM_UP = 2_000;
const REQUESTS = 5_000;
const LEAST_RATIO = 0.8;

interface Target {
  process: StartedProcess;
  port: number;
}

interface Load {
  perSecond: number;
  p99Ms: number;
  /** Processor time of the server, and of the database, in microseconds for each request: the hub's with what it applies meanwhile. */
  cpuUs: number;
  databaseCpuUs: number;
}

/** Distinct signed events as fast as they are acknowledged, while the hub applies them; and as many rows through the plain server. */
export async function webhooksAcknowledged(place: WebhookPlace, hub: Hub, { endpoint, mix }: Source): Promise<Figure> {
  const plain = await place.startBare();
  const target = { process: hub.process, port: place.port };
  const run = async (at: Target, count: number): Promise<Load> => {
    const requests = mix.next(count).map(body => signedPost(endpoint, body));
    const result = await load(place, at, requests);
    await place.untilApplied();
    return result;
  };
  const rounds: { plain: Load; hub: Load }[] = [];
  try {
    await run(plain, WARM_UP);
    await run(target, WARM_UP);
    for (let round = 0; round < ROUNDS; round += 1) rounds.push({ plain: await run(plain, REQUESTS), hub: await run(target, REQUESTS) });
  } finally {
    await plain.process.stop();
  }
  const ratio = median(rounds.map(r => r.hub.perSecond / r.plain.perSecond));
  return {
    name: `webhooks acknowledged, ${CONNECTIONS} connections`,
    hub: `${median(rounds.map(r => r.hub.perSecond))}/s`,
    plain: `${median(rounds.map(r => r.plain.perSecond))}/s, node:http and one insert`,
    ratio,
    reach: `≥ ${LEAST_RATIO} ×`,
    isReached: ratio >= LEAST_RATIO,
    details: { connections: CONNECTIONS, requestsEachRound: REQUESTS, rounds },
  };
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
