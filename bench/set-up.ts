import type { DatabasePlace } from './database-place.js';
import type { Figure } from './figure.js';
import type { HttpClient } from './http.js';
import { startHub, untilAnswered, type Hub, type HubPlace } from './hub.js';
import type { BenchOptions } from './options.js';
import { freePort, type Processes, type StartedProcess } from './processes.js';
import { step } from './step.js';
import { EventMix } from './webhook-events.js';
import { WebhookPlace, type Source } from './webhook-place.js';

/** That are known before webhooks are measured. */
const APPOINTMENTS = 600;

/** What every part measures with. All processes are on loopback. */
export interface Bench {
  processes: Processes;
  http: HttpClient;
  /** The fake hospital's, which is the fake provider, too. */
  hospitalUrl: string;
  options: BenchOptions;
}

/** For a hub of the zero-configuration way. */
export async function newPlace({ hospitalUrl }: Bench): Promise<HubPlace> {
  return { port: await freePort(), sandboxPort: await freePort(), hospital: new URL(hospitalUrl).host };
}

/** A hub of the zero-configuration way that has just begun. */
export async function newHub(bench: Bench): Promise<Hub> {
  const place = await newPlace(bench);
  return (await step('start', () => startHub(bench.processes, bench.http, place))).hub;
}

/** Nest with one route and nothing else: what the hub is compared with. `startMs`: until it answered. */
export async function startBareNest(
  { processes, http }: Bench,
  port?: number,
): Promise<{ bare: StartedProcess; url: string; startMs: number }> {
  const free = port ?? (await freePort());
  const url = `http://127.0.0.1:${free}/`;
  const bare = processes.startProgram('bare-nest', { PORT: String(free) });
  return { bare, url, startMs: await untilAnswered(bare, http, url) };
}

/** On a database of its own, for a hub as in production. */
export async function over<Place extends DatabasePlace>(
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

/** Likewise, on a hub that knows some appointments of one hospital. */
export async function overWebhooks(
  { processes, http, hospitalUrl }: Bench,
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
