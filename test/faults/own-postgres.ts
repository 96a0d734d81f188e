import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres, type RunningPostgres } from '../../src/database/embedded-postgres.js';
import { startCuttableProxy, type CuttableProxy } from '../support/cuttable-proxy.js';
import { createMigratedDatabase } from '../support/test-database.js';

/** A database that is reached over a proxy, which can be cut, or swallow. */
export interface ProxiedDatabase {
  /** Over the proxy: the same for as long as it lasts. */
  url: string;
  /** Past the proxy. */
  directUrl(): string;
  proxy: CuttableProxy;
  close: () => Promise<void>;
}

/** A PostgreSQL of the test's own, which can be away, too. */
export interface OwnPostgres extends ProxiedDatabase {
  stop: () => Promise<void>;
  startAgain: () => Promise<void>;
  /** All its processes are stopped where they are; nobody's connection is closed. */
  freeze: () => void;
  thaw: () => void;
}

/** A database on the server that all tests share. */
export async function startProxiedDatabase(): Promise<ProxiedDatabase> {
  const database = await createMigratedDatabase();
  const url = new URL(database.url);
  const proxy = await startCuttableProxy(url.hostname, Number(url.port));
  url.port = String(proxy.port);
  const close = async (): Promise<void> => {
    await proxy.close();
    await database.drop();
  };
  return { url: url.href, directUrl: () => database.url, proxy, close };
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'hub-away-'));
  // The server runs as another user where we are root.
  fs.chmodSync(dir, 0o755);
  const dataDir = path.join(dir, 'pg');
  let postgres: RunningPostgres = await startEmbeddedPostgres({ dataDir, isVolatile: true });
  const portOf = (): number => Number(new URL(postgres.url).port);
  const proxy = await startCuttableProxy('127.0.0.1', portOf());
  const url = new URL(postgres.url);
  url.port = String(proxy.port);
  const signalAll = (signal: NodeJS.Signals): void => {
    for (const pid of processesOf(dataDir)) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended meanwhile.
      }
    }
  };
  return {
    url: url.href,
    directUrl: () => postgres.url,
    proxy,
    stop: () => postgres.stop(),
    startAgain: async () => {
      postgres = await startEmbeddedPostgres({ dataDir, isVolatile: true });
      proxy.leadTo(portOf());
    },
    freeze: () => {
      signalAll('SIGSTOP');
    },
    thaw: () => {
      signalAll('SIGCONT');
    },
    close: async () => {
      signalAll('SIGCONT');
      await proxy.close();
      await postgres.stop();
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The server and all that it has started; none where it is stopped. */
function processesOf(dataDir: string): number[] {
  const file = path.join(dataDir, 'postmaster.pid');
  if (!fs.existsSync(file)) return [];
  const server = Number(fs.readFileSync(file, 'utf8').split('\n', 1)[0]);
  const lines = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).stdout.split('\n');
  const children = lines.map(line => line.trim().split(/\s+/).map(Number)).filter(([, parent]) => parent === server);
  return [server, ...children.flatMap(([pid]) => pid ?? [])];
}
