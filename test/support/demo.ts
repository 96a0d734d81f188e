import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { startSandbox } from '../../src/sandbox/sandbox.js';
import { setUpDemo } from '../../src/start/demo.js';
import { startHub, type TestHub } from './hub.js';
import { JOURNEY_NOW } from './journey.js';
import { TestClock } from './test-clock.js';

/** What the zero-configuration start makes, within the test's process. */
export interface RunningDemo {
  hub: TestHub;
  clock: TestClock;
  facilityId: string;
  demoKey: string;
  close(): Promise<void>;
}

export async function startDemo(): Promise<RunningDemo> {
  const clock = new TestClock(JOURNEY_NOW);
  const sandbox = await startSandbox({ port: 0, clock });
  const hub = await startHub({ clock, config: { upstreamAllowedHosts: [new URL(sandbox.baseUrl).host] } });
  const demoKey = `hub_demo_${randomBytes(32).toString('base64url')}`;
  const { port } = hub.app.getHttpServer().address() as AddressInfo;
  const { facilityId } = await setUpDemo(hub.app, sandbox, demoKey, port);
  return {
    hub,
    clock,
    facilityId,
    demoKey,
    close: async () => {
      await hub.close();
      await sandbox.close();
    },
  };
}
