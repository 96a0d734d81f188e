import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '..');

/** How long a process may take to end after SIGTERM before it is killed. */
const END_WITHIN_MS = 12_000;
/** Linux counts processor time in hundredths of a second. */
const MS_PER_TICK = 10;

/** `-- --cpu-prof`: where the processor time of each program goes, for Chrome's DevTools. */
const PROFILES = path.join(ROOT, 'bench', 'profiles');
const PROFILING = process.argv.includes('--cpu-prof') ? ['--cpu-prof', `--cpu-prof-dir=${PROFILES}`] : [];

/** The processes of this run, and its folder. All of it ends with the run, however that ends. */
export class Processes {
  readonly folder: string;
  private readonly children = new Set<ChildProcess>();

  constructor() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hub-bench-'));
    // Under root, PostgreSQL runs as another user and must be able to enter.
    fs.chmodSync(this.folder, 0o755);
  }

  /** Runs Node in the run's folder; what it prints goes to `<name>.log` there, as to a file in production. Nothing of our environment but PATH is handed on. */
  start(name: string, args: readonly string[], env: Record<string, string> = {}): StartedProcess {
    const logFile = path.join(this.folder, `${name}.log`);
    const log = fs.openSync(logFile, 'w');
    const child = spawn(process.execPath, [...PROFILING, ...args], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', NODE_ENV: 'production', ...env },
      stdio: ['ignore', log, log],
    });
    fs.closeSync(log);
    this.children.add(child);
    child.once('exit', () => this.children.delete(child));
    return new StartedProcess(name, child, logFile);
  }

  /** Runs a TypeScript program of this folder. */
  startProgram(name: string, env: Record<string, string>): StartedProcess {
    const hooks = path.join(ROOT, 'scripts', 'ts-imports.mjs');
    return this.start(name, ['--import', hooks, path.join(import.meta.dirname, `${name}.ts`)], env);
  }

  async end(): Promise<void> {
    await Promise.all([...this.children].map(stop));
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

export class StartedProcess {
  readonly startedAt = performance.now();
  private readonly child: ChildProcess;
  private readonly logFile: string;
  private readonly name: string;

  constructor(name: string, child: ChildProcess, logFile: string) {
    this.name = name;
    this.child = child;
    this.logFile = logFile;
  }

  log(): string {
    return fs.readFileSync(this.logFile, 'utf8');
  }

  /** Throws what the process said last when it has ended by itself. */
  assertRunning(): void {
    if (this.child.exitCode === null && this.child.signalCode === null) return;
    throw new Error(`${this.name} has ended (${String(this.child.exitCode ?? this.child.signalCode)}):\n${this.log().slice(-2_000)}`);
  }

  /** The resident set, in MB of 1024². */
  memoryMb(): number {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(this.child.pid)], { encoding: 'utf8' })) / 1_024;
  }

  /**
   * Processor time used so far, in milliseconds: unlike the clock's, hardly longer where other work runs on the machine. NaN
   * where there is no `/proc`.
   */
  cpuMs(): number {
    if (process.platform !== 'linux') return NaN;
    const [user = NaN, system = NaN] = statOf(this.child.pid ?? 0)
      .slice(11, 13)
      .map(Number);
    return (user + system) * MS_PER_TICK;
  }

  stop(): Promise<void> {
    return stop(this.child);
  }

  /** Throws what it said last when it fails. */
  async untilEnded(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    if (this.child.exitCode !== 0) this.assertRunning();
  }
}

/** Likewise, of a process and all its children, those too that have ended. */
export function familyCpuMs(pid: number): number {
  if (process.platform !== 'linux') return NaN;
  const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  const ticksOf = (stat: readonly string[], until: number): number =>
    stat
      .slice(11, until)
      .map(Number)
      .reduce((sum, ticks) => sum + ticks, 0);
  // The third and fourth are those of the children that have ended.
  return children.reduce((sum, child) => sum + ticksOf(statOf(Number(child)), 13), ticksOf(statOf(pid), 15)) * MS_PER_TICK;
}

export function parentOf(pid: number): number {
  return process.platform === 'linux' ? Number(statOf(pid)[1]) : NaN;
}

/** What Linux tells of a process, from its state on. */
function statOf(pid: number): string[] {
  const [, afterName = ''] = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  return afterName.split(' ');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
  await exited;
  clearTimeout(kill);
}

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
