import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { eventually } from '../support/eventually.js';
import { makeBuiltCopy } from '../support/fresh-copy.js';
import type { Answer } from '../support/hub.js';
import { Programs, type Program } from '../support/programs.js';

const START_MS = 90_000;

/** One copy of the built hub, a process of its own, which can be stopped where it is, woken and killed. */
export interface BuiltHub {
  url: string;
  program: Program;
  call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
}

/** Copies of the built hub, with the same keys, on a database that is migrated. */
export interface BuiltHubs {
  dir: string;
  start: (databaseUrl: string, outside: string[], env?: Record<string, string>) => Promise<BuiltHub>;
  end: () => Promise<void>;
}

export async function buildHubs(): Promise<BuiltHubs> {
  const copy = await makeBuiltCopy();
  const programs = new Programs(copy.dir);
  const adminKey = randomBytes(32).toString('base64url');
  const shared = {
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    SANDBOX: 'false',
    PORT: '0',
    ADMIN_API_KEY: adminKey,
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    BLIND_INDEX_KEY: randomBytes(32).toString('base64'),
  };
  const call: (url: string) => BuiltHub['call'] =
    url =>
    async (method, at, body, headers = {}) => {
      const response = await fetch(`${url}/api/v1${at}`, {
        method,
        headers: { authorization: `Bearer ${adminKey}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    };
  return {
    dir: copy.dir,
    start: async (databaseUrl, outside, env = {}) => {
      const program = programs.node([path.join('dist', 'main.js')], {
        ...shared,
        DATABASE_URL: databaseUrl,
        UPSTREAM_ALLOWED_HOSTS: outside.join(','),
        ...env,
      });
      await program.says('The hub is ready', START_MS);
      const port = /API +http:\/\/localhost:(\d+)/.exec(program.output())?.[1];
      const url = `http://127.0.0.1:${port ?? ''}`;
      await eventually('the copy is ready', async () => (await fetch(`${url}/health/ready`)).ok, START_MS);
      return { url, program, call: call(url) };
    },
    end: async () => {
      await programs.end();
      copy.remove();
    },
  };
}
