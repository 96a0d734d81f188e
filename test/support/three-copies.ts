import fs from 'node:fs';
import { startBalancer, type Balancer } from './balancer.js';
import { apiAt, type Api } from './api.js';
import { HubCopies, type CopiesPlace, type HubCopy } from './hub-copies.js';

/** Three copies of the hub on one database, behind a balancer. */
export interface ThreeCopies {
  hub: HubCopies;
  /** Those that run now. */
  copies: HubCopy[];
  balancer: Balancer;
  /** By way of the balancer. */
  api: Api;
  /** One more, which the balancer is told of. */
  add(): Promise<HubCopy>;
  close(): Promise<void>;
}

/** `place.folder` is made, and removed in the end. */
export async function startThreeCopies(place: CopiesPlace): Promise<ThreeCopies> {
  fs.mkdirSync(place.folder, { recursive: true });
  const hub = new HubCopies(place);
  const balancer = await startBalancer();
  const copies: HubCopy[] = [];
  const add = async (): Promise<HubCopy> => {
    const copy = await hub.start();
    await balancer.add(copy.url);
    copies.push(copy);
    return copy;
  };
  const close = async (): Promise<void> => {
    await balancer.close();
    await hub.end();
    fs.rmSync(place.folder, { recursive: true, force: true });
  };
  try {
    if (!place.isMigrated) await hub.migrate();
    await Promise.all([add(), add(), add()]);
  } catch (error) {
    await close();
    throw error;
  }
  return { hub, copies, balancer, api: apiAt(balancer.url, hub.adminKey), add, close };
}
