import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const READY_WITHIN_MS = 60_000;
const END_WITHIN_MS = 12_000;
const LOOK_EVERY_MS = 25;

export interface HubPlace {
  /** Holds `dist`, `package.json`, `migrations` and `node_modules`. */
  root: string;
  /** Where it runs, and its log goes. */
  folder: string;
  databaseUrl: string;
  port: number;
  /** `host:port,…` of the hospital and the SMS provider. */
  outside: string;
}

/** The built hub, each time a process of its own on the same port, database and keys. */
export class Hub {
  readonly url: string;
  private readonly place: HubPlace;
  private readonly run: AbortController;
  private readonly logFile: string;
  private readonly adminKey = randomBytes(32).toString('base64url');
  private readonly keys = {
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    BLIND_INDEX_KEY: randomBytes(32).toString('base64'),
  };
  private child: ChildProcess | undefined;
  /** The one that is ended by us. */
  private ending: ChildProcess | undefined;

  /** `run` is aborted when the hub ends by itself. */
  constructor(place: HubPlace, run: AbortController) {
    this.place = place;
    this.run = run;
    this.url = `http://127.0.0.1:${place.port}`;
    this.logFile = path.join(place.folder, 'hub.log');
  }

  async migrate(): Promise<void> {
    const child = this.spawn(path.join('commands', 'migrate.js'));
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`The migration failed:\n${this.lastWords()}`);
  }

  /** Resolves as soon as `GET /health/ready` says 200. */
  async start(): Promise<void> {
    this.run.signal.throwIfAborted();
    const child = this.spawn('main.js');
    child.once('exit', () => {
      if (child !== this.ending) this.run.abort(new Error(`The hub has ended by itself:\n${this.lastWords()}`));
    });
    const end = performance.now() + READY_WITHIN_MS;
    while (!(await this.isReady())) {
      if (performance.now() > end) throw new Error(`The hub did not get ready:\n${this.lastWords()}`);
      await delay(LOOK_EVERY_MS, undefined, { signal: this.run.signal });
    }
  }

  /** At once, in the middle of whatever it does; resolves when it is gone. */
  async kill(): Promise<void> {
    this.ending = this.child;
    await end(this.child, 'SIGKILL');
  }

  async stop(): Promise<void> {
    this.ending = this.child;
    const kill = setTimeout(() => this.child?.kill('SIGKILL'), END_WITHIN_MS);
    await end(this.child, 'SIGTERM');
    clearTimeout(kill);
  }

  /** As its administrator. Throws for any status but 2xx. */
  async call(method: 'GET' | 'POST', at: string, body?: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.adminKey}`, 'content-type': 'application/json' };
    const request = { method, headers, signal: this.run.signal, ...(body ? { body: JSON.stringify(body) } : {}) };
    const response = await fetch(`${this.url}/api/v1${at}`, request);
    if (!response.ok) throw new Error(`${method} ${at} answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
    return response.json();
  }

  private async isReady(): Promise<boolean> {
    return fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then(
      response => response.body?.cancel().then(() => response.ok) ?? response.ok,
      () => false,
    );
  }

  /** Nothing of our environment but PATH is handed on. What Node has compiled is kept: it is up again sooner. */
  private spawn(program: string): ChildProcess {
    const log = fs.openSync(this.logFile, 'a');
    const child = spawn(process.execPath, [path.join(this.place.root, 'dist', program)], {
      cwd: this.place.folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        TZ: 'UTC',
        NODE_ENV: 'production',
        NODE_COMPILE_CACHE: path.join(this.place.folder, 'compiled'),
        LOG_LEVEL: 'warn',
        // The storm asks with one key, for all that there is.
        RATE_LIMIT_PER_KEY: '1000000',
        RATE_LIMIT_PER_FACILITY: '1000000',
        SANDBOX: 'false',
        PORT: String(this.place.port),
        DATABASE_URL: this.place.databaseUrl,
        UPSTREAM_ALLOWED_HOSTS: this.place.outside,
        ADMIN_API_KEY: this.adminKey,
        ...this.keys,
      },
      stdio: ['ignore', log, log],
    });
    fs.closeSync(log);
    this.child = child;
    return child;
  }

  private lastWords(): string {
    return fs.readFileSync(this.logFile, 'utf8').slice(-2_000);
  }
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!child || hasEnded(child)) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
