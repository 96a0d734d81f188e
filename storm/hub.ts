import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DatabaseLink } from './database-link.js';

const READY_WITHIN_MS = 240_000;
const END_WITHIN_MS = 12_000;
const LOOK_EVERY_MS = 100;

export interface HubPlace {
  /** In the log. */
  name: string;
  /** Holds `dist`, `package.json`, `migrations` and `node_modules`. */
  root: string;
  /** Where it runs, and its log goes. */
  folder: string;
  link: DatabaseLink;
  port: number;
  /** Its settings, the same for all copies but for the port and the way to the database. */
  settings: Record<string, string>;
}

/** One copy of the built hub, each time a process of its own on the same port, database and keys. */
export class Hub {
  readonly name: string;
  readonly url: string;
  readonly link: DatabaseLink;
  /** It answers, or did when it was looked at last. */
  isUp = false;
  /** How it ended, where nobody had ended it. */
  readonly ownEnds: string[] = [];
  private readonly place: HubPlace;
  private readonly run: AbortSignal;
  readonly logFile: string;
  private child: ChildProcess | undefined;
  /** The one that is ended by us. */
  private ending: ChildProcess | undefined;

  constructor(place: HubPlace, run: AbortSignal) {
    this.name = place.name;
    this.place = place;
    this.link = place.link;
    this.run = run;
    this.url = `http://127.0.0.1:${place.port}`;
    this.logFile = path.join(place.folder, `${place.name}.log`);
  }

  async migrate(): Promise<void> {
    const child = this.spawn(path.join('commands', 'migrate.js'));
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`The migration failed:\n${this.lastWords()}`);
  }

  /** Resolves as soon as `GET /health/ready` says 200. One that cannot start, its database away, is started again, as any supervisor does. */
  async start(): Promise<void> {
    this.run.throwIfAborted();
    const end = performance.now() + READY_WITHIN_MS;
    let child = this.spawn('main.js');
    while (!(await this.isReady())) {
      this.run.throwIfAborted();
      if (performance.now() > end) throw new Error(`${this.name} did not get ready:\n${this.lastWords()}`);
      if (child === this.ending) return;
      if (hasEnded(child)) child = this.spawn('main.js');
      await delay(LOOK_EVERY_MS, undefined, { signal: this.run });
    }
    this.isUp = true;
    child.once('exit', () => this.noteEnd(child));
    if (hasEnded(child)) this.noteEnd(child);
  }

  /** At once, in the middle of whatever it does; resolves when it is gone. */
  async kill(): Promise<void> {
    this.isUp = false;
    this.ending = this.child;
    await end(this.child, 'SIGKILL');
  }

  /** Stands still, with all its connections, until it is thawed. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.isUp = false;
    this.ending = this.child;
    const kill = setTimeout(() => this.child?.kill('SIGKILL'), END_WITHIN_MS);
    await end(this.child, 'SIGTERM');
    clearTimeout(kill);
  }

  private noteEnd(child: ChildProcess): void {
    if (child === this.ending || this.run.aborted) return;
    this.isUp = false;
    this.ownEnds.push(`${this.name}: ${String(child.exitCode ?? child.signalCode)}; ${this.lastWords().slice(-300)}`);
  }

  private async isReady(): Promise<boolean> {
    return fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then(
      response => response.body?.cancel().then(() => response.ok) ?? response.ok,
      () => false,
    );
  }

  /** Nothing of our environment but PATH is handed on. What Node has compiled is kept: it is up again sooner. */
  private spawn(program: string): ChildProcess {
    const { root, folder, link, port, settings } = this.place;
    const log = fs.openSync(this.logFile, 'a');
    const child = spawn(process.execPath, [path.join(root, 'dist', program)], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        TZ: 'UTC',
        NODE_ENV: 'production',
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? path.join(folder, 'compiled'),
        ...settings,
        PORT: String(port),
        DATABASE_URL: link.urlOf(settings['DATABASE_URL'] ?? ''),
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
