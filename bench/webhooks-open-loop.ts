import { setTimeout as delay } from 'node:timers/promises';
import { percentile, rounded, spread, type Figure } from './figure.js';
import type { Hub } from './hub.js';
import { signedPost } from './webhook-events.js';
import type { Source, WebhookPlace } from './webhook-place.js';
import { acceptedId, Wire } from './wire.js';

const PER_SECOND = 300;
const EVERY_MS = 1_000 / PER_SECOND;
const WARM_UP = 3 * PER_SECOND;
const MEASURED = 15 * PER_SECOND;
const CONNECTIONS = 64;
const MOST_P99_MS = 25;
const MOST_P95_MS = 200;

interface Sent {
  id: string;
  /** From when it was due. */
  latencyMs: number;
  /** By the clock of the machine, when the answer was read. */
  acknowledgedAtMs: number;
}

/** Events by the clock, whether or not those before are answered: how long until each is acknowledged, and from then until it is applied. */
export async function webhooksOpenLoop(place: WebhookPlace, hub: Hub, { endpoint, mix }: Source): Promise<Figure[]> {
  const requests = mix.next(WARM_UP + MEASURED).map(body => signedPost(endpoint, body));
  const wire = await Wire.open(place.port, CONNECTIONS);
  const cpuBefore = hub.process.cpuMs();
  const databaseCpuBefore = await place.databaseCpuMs();
  const startMs = performance.now() + 100;
  const all = await Promise.all(requests.map((request, index) => sendAt(wire, request, startMs + index * EVERY_MS)));
  wire.close();
  await place.untilApplied();
  const cpuMs = (hub.process.cpuMs() - cpuBefore) / all.length;
  const databaseCpuMs = ((await place.databaseCpuMs()) - databaseCpuBefore) / all.length;
  const sent = all.slice(WARM_UP);
  const acknowledged = sent.map(({ latencyMs }) => latencyMs);
  const decidedAt = await decidedTimes(place);
  const applied = sent.map(({ id, acknowledgedAtMs }) => (decidedAt.get(id) ?? Infinity) - acknowledgedAtMs);
  const p99 = percentile(acknowledged, 0.99);
  const p95 = percentile(applied, 0.95);
  const plain = `${MEASURED} events, mixed`;
  return [
    {
      name: `webhooks at ${PER_SECOND}/s, acknowledged, p99`,
      hub: `${rounded(p99)} ms`,
      plain,
      ratio: p99 / MOST_P99_MS,
      reach: `≤ ${MOST_P99_MS} ms`,
      isReached: p99 <= MOST_P99_MS,
      details: { ms: spread(acknowledged), hubCpuMsPerEvent: rounded(cpuMs), databaseCpuMsPerEvent: rounded(databaseCpuMs) },
    },
    {
      name: `webhooks at ${PER_SECOND}/s, applied after that, p95`,
      hub: `${rounded(p95)} ms`,
      plain,
      ratio: p95 / MOST_P95_MS,
      reach: `≤ ${MOST_P95_MS} ms`,
      isReached: p95 <= MOST_P95_MS,
      // Commit of the transaction that decided, less the moment the sender had its answer; below 0 where that came first.
      details: { ms: spread(applied) },
    },
  ];
}

async function sendAt(wire: Wire, request: Buffer, dueMs: number): Promise<Sent> {
  await delay(Math.ceil(dueMs - performance.now()));
  const id = acceptedId(await wire.send(request));
  const answered = performance.now();
  return { id, latencyMs: answered - dueMs, acknowledgedAtMs: performance.timeOrigin + answered };
}

/** When the transaction that decided on each event was committed, in milliseconds of the machine's clock. */
async function decidedTimes({ db }: WebhookPlace): Promise<Map<string, number>> {
  const { rows } = await db.query<{ id: string; ms: number }>(
    `select id, (extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000)::float8 as ms from webhook_event where outcome <> 'pending'`,
  );
  return new Map(rows.map(({ id, ms }) => [id, ms]));
}
