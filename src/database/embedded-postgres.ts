import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { postgresBinaries, unprivilegedIds } from './postgres-binaries.js';
import type { PostgresBinaries, UnprivilegedIds } from './postgres-binaries.js';

export interface RunningPostgres {
  url: string;
  /** Fast shutdown; resolves when the server is gone. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** The folder of the cluster; its password and log lie beside it. */
  dataDir: string;
  /** fsync off: for tests only. */
  isVolatile?: boolean;
}

const START_TIMEOUT_MS = 60_000;
const FREED_TIMEOUT_MS = 15_000;

/** Starts a PostgreSQL of our own on a free loopback port, making its cluster first where there is none. */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<RunningPostgres> {
  if (process.platform === 'win32')
    throw new Error('The embedded PostgreSQL does not run on Windows. Set DATABASE_URL to a PostgreSQL 15 or newer.');
  const isVolatile = options.isVolatile === true;
  const ids = unprivilegedIds();
  const dataDir = usableDataDir(path.resolve(options.dataDir), ids);
  const binaries = await postgresBinaries(ids);
  const password = initialise(binaries, dataDir, ids, isVolatile);
  await untilFreed(dataDir);

  const port = await freePort();
  const logFile = `${dataDir}.log`;
  const logFrom = fs.existsSync(logFile) ? fs.statSync(logFile).size : 0;
  const log = fs.openSync(logFile, 'a', 0o600);
  const { child, pipe } = spawnServer(binaries, serverArguments(dataDir, port, isVolatile), ids, log);
  fs.closeSync(log);
  const exited = new Promise<void>(resolve =>
    child.once('exit', () => {
      resolve();
    }),
  );
  const failed = exited.then(() => {
    throw new Error(`The embedded PostgreSQL did not start on ${dataDir}: ${lastComplaint(logFile, logFrom)}`);
  });
  await Promise.race([untilReady(dataDir, logFile), failed]);
  failed.catch(() => undefined);

  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    child.ref();
    pipe.destroy();
    await exited;
  };
  return { url: `postgres://app:${password}@127.0.0.1:${port}/postgres`, stop: () => (stopping ??= stop()) };
}

function serverArguments(dataDir: string, port: number, isVolatile: boolean): string[] {
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200', 'shared_buffers=128MB'];
  if (isVolatile) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
  return ['-D', dataDir, '-p', String(port), ...settings.flatMap(s => ['-c', s])];
}

/**
 * sh waits on fd 3, a pipe from this process: however this process ends, SIGKILL included, the pipe closes and the
 * server gets SIGINT, its fast shutdown. `detached`: a Ctrl-C in the terminal does not reach it before us.
 */
function spawnServer(
  binaries: PostgresBinaries,
  args: string[],
  ids: UnprivilegedIds,
  log: number,
): { child: ChildProcess; pipe: net.Socket } {
  const script = '"$@" 3<&- & p=$!; { cat <&3 >/dev/null; kill -INT $p 2>/dev/null; } & w=$!; wait $p; c=$?; kill $w 2>/dev/null; exit $c';
  const child = spawn('/bin/sh', ['-c', script, 'pg', binaries.postgres, ...args], {
    ...ids,
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log, 'pipe'],
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
  });
  const pipe = child.stdio[3] as net.Socket;
  pipe.on('error', () => undefined);
  pipe.unref();
  child.unref();
  return { child, pipe };
}

/** The folder, owned by the server's user; where that user cannot enter it (a home of root), one under /var/tmp. */
function usableDataDir(dir: string, ids: UnprivilegedIds): string {
  fs.mkdirSync(path.dirname(dir), { recursive: true });
  const isNew = !fs.existsSync(dir);
  if (isNew) fs.mkdirSync(dir, { mode: 0o700 });
  if (ids.uid === undefined || ids.gid === undefined) return dir;
  fs.chownSync(dir, ids.uid, ids.gid);
  const probe = spawnSync('/bin/sh', ['-c', 'test -w "$1" && test -x "$1"', 'sh', dir], { ...ids, cwd: '/' });
  if (probe.status === 0) return dir;
  const parent = path.join('/var/tmp', `hub-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`);
  if (!fs.existsSync(parent)) fs.mkdirSync(parent, { mode: 0o755 });
  if (fs.lstatSync(parent).uid !== 0 || !fs.lstatSync(parent).isDirectory())
    throw new Error(`${parent} belongs to somebody else: remove it, or set DATA_DIR.`);
  const other = path.join(parent, 'pg');
  // The folder was removed to begin anew: so is what stood in for it.
  const running = readPidFile(other);
  if (isNew && !(running && isPostgres(running.pid))) {
    for (const name of fs.readdirSync(parent)) fs.rmSync(path.join(parent, name), { recursive: true, force: true });
  }
  if (!fs.existsSync(other)) fs.mkdirSync(other, { mode: 0o700 });
  fs.chownSync(other, ids.uid, ids.gid);
  return other;
}

/** Makes the cluster where there is none, and answers the password of its owner. */
function initialise(binaries: PostgresBinaries, dataDir: string, ids: UnprivilegedIds, isVolatile: boolean): string {
  const passwordFile = `${dataDir}.password`;
  const complete = `${dataDir}.complete`;
  if (fs.existsSync(complete)) {
    if (!fs.existsSync(path.join(dataDir, 'PG_VERSION')) || !fs.existsSync(passwordFile)) {
      throw new Error(
        `The data folder ${dataDir} is broken: it has been used before, but its PG_VERSION or ${passwordFile} is missing. Restore it from a backup, or remove ${path.dirname(dataDir)} to start anew without the old data.`,
      );
    }
    return fs.readFileSync(passwordFile, 'utf8').trim();
  }
  if (fs.readdirSync(dataDir).length > 0) {
    if (!fs.existsSync(`${dataDir}.initialising`))
      throw new Error(`The data folder ${dataDir} holds files that are not ours: move them away, or set DATA_DIR.`);
    // A first start that was cut short left a part of a cluster, which never held data.
    for (const name of fs.readdirSync(dataDir)) fs.rmSync(path.join(dataDir, name), { recursive: true, force: true });
  }
  fs.writeFileSync(`${dataDir}.initialising`, '');
  const password = randomBytes(24).toString('hex');
  fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (ids.uid !== undefined && ids.gid !== undefined) fs.chownSync(passwordFile, ids.uid, ids.gid);
  const args = [
    '-D',
    dataDir,
    '-U',
    'app',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ];
  if (isVolatile) args.push('--no-sync');
  const run = spawnSync(binaries.initdb, args, {
    ...ids,
    cwd: '/',
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' },
  });
  if (run.status !== 0)
    throw new Error(`The embedded PostgreSQL could not make its data folder ${dataDir}: ${run.error?.message ?? gravest(run.stderr)}`);
  fs.writeFileSync(complete, '');
  fs.rmSync(`${dataDir}.initialising`);
  return password;
}

interface PidFile {
  pid: number;
  status: string;
}

function readPidFile(dataDir: string): PidFile | undefined {
  try {
    const lines = fs.readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), status: (lines[7] ?? '').trim() };
  } catch {
    return undefined;
  }
}

/** A server of an earlier run may still be shutting down: waits for it, and drops the lock of one that was killed. */
async function untilFreed(dataDir: string): Promise<void> {
  const end = performance.now() + FREED_TIMEOUT_MS;
  for (let running = readPidFile(dataDir); running; running = readPidFile(dataDir)) {
    if (!isPostgres(running.pid)) {
      fs.rmSync(path.join(dataDir, 'postmaster.pid'), { force: true });
      return;
    }
    if (performance.now() > end)
      throw new Error(
        `The data folder ${dataDir} is in use by the PostgreSQL server with pid ${running.pid}: is the hub running already? Stop it, or set DATA_DIR.`,
      );
    await sleep(50);
  }
}

/** Also false for a zombie, which PostgreSQL's own check takes for a live server. */
function isPostgres(pid: number): boolean {
  try {
    if (process.platform === 'linux') return /\bpostgres\b/.test(fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function untilReady(dataDir: string, logFile: string): Promise<void> {
  const end = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < end) {
    if (readPidFile(dataDir)?.status === 'ready') return;
    await sleep(15);
  }
  throw new Error(`The embedded PostgreSQL was not ready after ${START_TIMEOUT_MS / 1000} s: see ${logFile}.`);
}

/** The server's own last words, as found in what it has logged since `from`. */
function lastComplaint(logFile: string, from: number): string {
  return `${gravest(fs.readFileSync(logFile).subarray(from).toString('utf8'))} (log: ${logFile})`;
}

/** The lines that say why; the last ones where none does. */
function gravest(text: string): string {
  const lines = text.split('\n').filter(line => line !== '');
  const grave = lines.filter(line => /\b(FATAL|PANIC|could not|No space left)\b/.test(line)).slice(0, 3);
  return (grave.length > 0 ? grave : lines.slice(-2)).join(' / ');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address) resolve(address.port);
        else reject(new Error('No free loopback port'));
      });
    });
  });
}
