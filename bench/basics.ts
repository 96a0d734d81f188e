import { setTimeout as delay } from 'node:timers/promises';
import { bookingCost } from './booking-cost.js';
import { cachedAvailability } from './cached-availability.js';
import { coldBurst } from './cold-burst.js';
import type { Figure } from './figure.js';
import { startHub, type Hub, type StartTimes } from './hub.js';
import { memory } from './memory.js';
import { freePort, type StartedProcess } from './processes.js';
import { secondStart } from './second-start.js';
import { newPlace, startBareNest, type Bench } from './set-up.js';
import { step } from './step.js';

const LATER_STARTS = 3;
const IDLE_MS = 6_000;

/** What a single hub shows in a minute: starts, memory, months, bookings; beside a bare Nest, over one fake hospital. */
export async function basics(bench: Bench): Promise<Figure[]> {
  const { http, hospitalUrl, processes } = bench;
  const { hub, bare, bareUrl, starts } = await startOften(bench);
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

/** Starts the hub on an empty folder, then again and again on what that left, a bare Nest beside each; the last ones go on running. */
async function startOften(bench: Bench): Promise<{ hub: Hub; bare: StartedProcess; bareUrl: string; starts: Figure }> {
  const place = await newPlace(bench);
  const start = (name: string): Promise<{ hub: Hub; times: StartTimes }> => step(name, () => startHub(bench.processes, bench.http, place));
  const barePort = await freePort();
  let { hub, times: first } = await start('first start');
  let nest: Awaited<ReturnType<typeof startBareNest>> | undefined;
  const later: StartTimes[] = [];
  const bareMs: number[] = [];
  for (let round = 0; round < LATER_STARTS; round += 1) {
    await nest?.bare.stop();
    nest = await startBareNest(bench, barePort);
    bareMs.push(nest.startMs);
    await hub.process.stop();
    const again = await start('later start');
    later.push(again.times);
    hub = again.hub;
  }
  if (!nest) throw new Error('No start was measured.');
  return { hub, bare: nest.bare, bareUrl: nest.url, starts: secondStart(first, later, bareMs) };
}
