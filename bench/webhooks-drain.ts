import { rounded, type Figure } from './figure.js';
import type { Hub } from './hub.js';
import { EventMix } from './webhook-events.js';
import type { Source, WebhookPlace } from './webhook-place.js';

const EVENTS = 100_000;
const OPENING = 600;
const LEAST_PER_SECOND = 1_500;
const MOST_GROWTH = 1.2;

interface Drain {
  facilities: number;
  perSecond: number;
  /** The greatest resident set within the first, second and last third of the time, in MB. */
  memoryMb: number[];
  hubCpuMsPerEvent: number;
  databaseCpuMsPerEvent: number;
  outcomes: Record<string, number>;
}

/** A backlog that the hub finds at its start, of one facility, and of twenty. */
export async function webhooksDrained(place: WebhookPlace, running: Hub): Promise<Figure[]> {
  const one = await drain(place, running, 1);
  const twenty = await drain(place, one.hub, 20);
  const { perSecond, memoryMb } = one.drain;
  const [first = NaN, , last = NaN] = memoryMb;
  const plain = `${EVENTS} events, mixed`;
  return [
    {
      name: 'webhooks drained from a backlog',
      hub: `${perSecond}/s`,
      plain,
      ratio: perSecond / LEAST_PER_SECOND,
      reach: `≥ ${LEAST_PER_SECOND}/s`,
      isReached: perSecond >= LEAST_PER_SECOND,
      details: { oneFacility: one.drain, twentyFacilities: twenty.drain },
    },
    {
      name: 'memory, last third of it',
      hub: `${Math.round(last)} MB`,
      plain: `${Math.round(first)} MB, first third`,
      ratio: last / first,
      reach: `≤ ${MOST_GROWTH} ×`,
      isReached: last <= first * MOST_GROWTH,
      details: {},
    },
  ];
}

async function drain(place: WebhookPlace, before: Hub, facilities: number): Promise<{ drain: Drain; hub: Hub }> {
  const sources: Source[] = [];
  for (let i = 0; i < facilities; i += 1) {
    sources.push({ endpoint: await place.createEndpoint(before), mix: new EventMix(`drain-${facilities}-${i}`) });
  }
  await place.post(sources, mix => mix.opening(OPENING / facilities));
  await place.untilApplied();
  await place.holdJobs();
  await place.post(sources, mix => mix.next(EVENTS / facilities));
  await before.process.stop();
  await place.releaseJobs();

  const databaseCpuBefore = await place.databaseCpuMs();
  const hub = await place.startHub();
  const samples: number[] = [];
  await place.untilApplied(() => samples.push(hub.process.memoryMb()));
  const databaseCpuMs = (await place.databaseCpuMs()) - databaseCpuBefore;
  const { perSecond, outcomes } = await decided(place);
  const thirds = Map.groupBy(samples, (_, i) => Math.floor((i * 3) / samples.length));
  return {
    drain: {
      facilities,
      perSecond,
      memoryMb: [0, 1, 2].map(third => rounded(Math.max(...(thirds.get(third) ?? [])))),
      hubCpuMsPerEvent: rounded(hub.process.cpuMs() / EVENTS),
      databaseCpuMsPerEvent: rounded(databaseCpuMs / EVENTS),
      outcomes,
    },
    hub,
  };
}

/** From the commit of the first decision on the last backlog to that of the last one. */
async function decided({ db }: WebhookPlace): Promise<{ perSecond: number; outcomes: Record<string, number> }> {
  const { rows } = await db.query<{ outcome: string; count: number; first_ms: number; last_ms: number }>(
    `select outcome, count(*)::int as count, min(ms) as first_ms, max(ms) as last_ms from (
       select outcome, (extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000)::float8 as ms
       from webhook_event order by id desc limit ${EVENTS}
     ) as backlog group by outcome`,
  );
  const tookMs = Math.max(...rows.map(row => row.last_ms)) - Math.min(...rows.map(row => row.first_ms));
  return {
    perSecond: Math.round((EVENTS * 1_000) / tookMs),
    outcomes: Object.fromEntries(rows.map(({ outcome, count }) => [outcome, count])),
  };
}
