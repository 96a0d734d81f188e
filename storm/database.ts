import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import type net from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres, type RunningPostgres } from '../src/database/embedded-postgres.js';
import { postgresBinaries, unprivilegedIds } from '../src/database/postgres-binaries.js';

/** PostgreSQL, a process of its own, which no kill of the hub reaches. */
export interface Database {
  url: string;
  /** It has all tables. */
  isMigrated: boolean;
  /** `pg_ctl restart -m immediate`: as after a power cut, but for what the operating system holds. Null: the server is not ours. */
  restart: (() => Promise<void>) | null;
  /** Whether there is a row. Throws while the server does not answer. */
  finds(sql: string, values: unknown[]): Promise<boolean>;
  /** Ends every connection to the database but the storm's own; how many. */
  terminate(): Promise<number>;
  close(): Promise<void>;
}

/** A PostgreSQL server that runs already, and is never restarted. */
export interface GivenServer {
  url: string;
  /** A migrated database there, of which others are copied; null: none. */
  template: string | null;
}

/** As `--postgres` and `--template` say. */
export function givenServer(url: string | undefined, template?: string): GivenServer | null {
  return url === undefined ? null : { url, template: template ?? null };
}

/** A server of our own in `folder`, or a database of our own on the one that is given. */
export async function openDatabase(folder: string, given: GivenServer | null): Promise<Database> {
  if (given === null) {
    const server = await OwnServer.start(folder);
    const { url } = server;
    return { ...questionsTo(url), isMigrated: false, restart: () => server.restart(), close: () => server.stop() };
  }
  const name = `storm_${randomBytes(6).toString('hex')}`;
  await execute(given.url, `create database ${name} template ${given.template ?? 'template1'}`);
  const url = new URL(given.url);
  url.pathname = `/${name}`;
  return {
    ...questionsTo(url.href),
    isMigrated: given.template !== null,
    restart: null,
    close: async () => {
      await execute(given.url, `drop database if exists ${name} with (force)`);
    },
  };
}

function questionsTo(url: string): Pick<Database, 'url' | 'finds' | 'terminate'> {
  return {
    url,
    finds: async (sql, values) => (await execute(url, sql, values)).rows.length > 0,
    terminate: () => terminate(url),
  };
}

async function terminate(url: string): Promise<number> {
  const sql = 'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';
  return (await execute(url, sql)).rowCount ?? 0;
}

async function execute(url: string, sql: string, values: unknown[] = []): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client.query(sql, values).finally(() => client.end());
}

/** Once `pg_ctl` has restarted it, it is nobody's child: a guard of ours ends it with this process, however that ends. */
class OwnServer {
  readonly url: string;
  private readonly postgres: RunningPostgres;
  private readonly pgCtl: string;
  private readonly dataDir: string;
  private readonly guard: ChildProcess;
  private readonly log: number;

  private constructor(postgres: RunningPostgres, pgCtl: string, dataDir: string) {
    this.url = postgres.url;
    this.postgres = postgres;
    this.pgCtl = pgCtl;
    this.dataDir = dataDir;
    this.log = fs.openSync(`${dataDir}-restarts.log`, 'a');
    const script = 'cat <&3 >/dev/null; exec "$1" stop -D "$2" -m immediate -s 2>/dev/null';
    this.guard = this.spawn('/bin/sh', ['-c', script, 'guard', pgCtl, dataDir], 'pipe');
    this.guard.unref();
    const pipe = this.guard.stdio[3] as net.Socket;
    pipe.on('error', () => undefined);
    pipe.unref();
  }

  static async start(folder: string): Promise<OwnServer> {
    const dataDir = path.join(folder, 'pg');
    const postgres = await startEmbeddedPostgres({ dataDir });
    const binaries = await postgresBinaries(unprivilegedIds());
    return new OwnServer(postgres, path.join(path.dirname(binaries.postgres), 'pg_ctl'), dataDir);
  }

  async restart(): Promise<void> {
    const child = this.spawn(this.pgCtl, ['restart', '-D', this.dataDir, '-m', 'immediate', '-w', '-t', '60'], 'ignore');
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`pg_ctl restart failed: ${fs.readFileSync(`${this.dataDir}-restarts.log`, 'utf8').slice(-1_000)}`);
  }

  async stop(): Promise<void> {
    this.guard.ref();
    const ended = once(this.guard, 'exit');
    (this.guard.stdio[3] as net.Socket).destroy();
    await ended;
    await this.postgres.stop();
    fs.closeSync(this.log);
  }

  private spawn(command: string, args: readonly string[], fd3: 'pipe' | 'ignore'): ChildProcess {
    return spawn(command, args, {
      ...unprivilegedIds(),
      cwd: '/',
      detached: true,
      stdio: ['ignore', this.log, this.log, fd3],
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    });
  }
}
