import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** `examples/minimal-scheduler`, as a vendor would start it. */
export interface MinimalScheduler {
  /** Everything before `/calendars`. */
  baseUrl: string;
  auth: { scheme: 'basic'; userId: string; apiKey: string };
  close(): Promise<void>;
}

/** On a port that is free. `webhook`: of a facility. */
export async function startMinimalScheduler(webhook?: { url: string; secret: string }): Promise<MinimalScheduler> {
  const auth = { scheme: 'basic', userId: 'test-user', apiKey: 'test-upstream-key' } as const;
  const child = spawn(process.execPath, ['examples/minimal-scheduler/server.mjs'], {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      USER_ID: auth.userId,
      API_KEY: auth.apiKey,
      ...(webhook && { WEBHOOK_URL: webhook.url, WEBHOOK_SECRET: webhook.secret }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const [baseUrl = ''] = /^http\S+/.exec(line) ?? [];
  return {
    baseUrl,
    auth,
    close: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
