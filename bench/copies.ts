import { rounded, type Figure } from './figure.js';
import type { Hub } from './hub.js';
import { freePort } from './processes.js';
import { signedPost } from './webhook-events.js';
import type { Source, WebhookPlace } from './webhook-place.js';
import { acceptedId, Wire } from './wire.js';

const COPIES = [1, 2, 4];
const CONNECTIONS = 64;
const REQUESTS = 8_000;
const WARM_UP = 1_000;

/** Processor time in microseconds for each event, of all copies and of the database. */
interface Share {
  perSecond: number;
  hubCpuUs: number;
  databaseCpuUs: number;
}

/**
 * One, two and four processes on one PostgreSQL. On a machine of few cores the rate cannot grow; what can be seen is whether an event
 * costs more beside other copies, and what the database's part of it is: that is where the growth ends on more cores.
 */
export async function copies(place: WebhookPlace, first: Hub, source: Source): Promise<Figure[]> {
  const hubs = [{ hub: first, port: place.port }];
  const acknowledged: Share[] = [];
  const applied: Share[] = [];
  for (const count of COPIES) {
    while (hubs.length < count) {
      const port = await freePort();
      hubs.push({ hub: await place.startHub(port), port });
    }
    await post(place, hubs, source, WARM_UP);
    await place.untilApplied();
    await place.holdJobs();
    acknowledged.push(await shareOf(place, hubs, () => post(place, hubs, source, REQUESTS)));
    applied.push(
      await shareOf(place, hubs, async () => {
        await place.releaseJobs();
        await place.untilApplied();
      }),
    );
  }
  await Promise.all(hubs.slice(1).map(({ hub }) => hub.process.stop()));
  return [...figuresOf('acknowledged', acknowledged), ...figuresOf('applied', applied)];
}

async function post(place: WebhookPlace, hubs: readonly { port: number }[], { endpoint, mix }: Source, count: number): Promise<void> {
  const requests = mix.next(count).map(body => signedPost(endpoint, body));
  await Promise.all(
    hubs.map(async ({ port }, at) => {
      const wire = await Wire.open(port, CONNECTIONS / hubs.length);
      await wire.closedLoop(
        requests.filter((_, i) => i % hubs.length === at),
        acceptedId,
      );
      wire.close();
    }),
  );
}

async function shareOf(place: WebhookPlace, hubs: readonly { hub: Hub }[], work: () => Promise<void>): Promise<Share> {
  const hubCpuMs = (): number => hubs.reduce((sum, { hub }) => sum + hub.process.cpuMs(), 0);
  const before = { hub: hubCpuMs(), database: await place.databaseCpuMs(), at: performance.now() };
  await work();
  return {
    perSecond: Math.round((REQUESTS * 1_000) / (performance.now() - before.at)),
    hubCpuUs: Math.round(((hubCpuMs() - before.hub) * 1_000) / REQUESTS),
    databaseCpuUs: Math.round((((await place.databaseCpuMs()) - before.database) * 1_000) / REQUESTS),
  };
}

function figuresOf(what: string, shares: readonly Share[]): Figure[] {
  const alone = shares[0];
  return shares.map((share, i) => ({
    name: `webhooks ${what}, copies: ${COPIES[i] ?? 0}`,
    hub: `${share.perSecond}/s, ${share.hubCpuUs} + ${share.databaseCpuUs} µs of CPU, hub + database`,
    plain: `one database core: ${Math.round(1_000_000 / share.databaseCpuUs)}/s`,
    ratio: rounded((share.hubCpuUs + share.databaseCpuUs) / ((alone?.hubCpuUs ?? NaN) + (alone?.databaseCpuUs ?? NaN))),
    reach: '',
    isReached: null,
    details: { ...share },
  }));
}
