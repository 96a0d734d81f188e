import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { eventually } from '../support/eventually.js';
import type { Answer } from '../support/hub.js';
import { Programs, type Program } from '../support/programs.js';
import type { FaultHub } from './fault-hub.js';

/** What a guarded program says before it names a host that it may not connect to. */
export const REFUSED_CONNECT = 'Refused to connect to ';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const GUARD = ['--import', path.join(ROOT, 'scripts', 'ts-imports.mjs'), '--import', path.join(import.meta.dirname, 'guarded.ts')];
const READY_WITHIN_MS = 60_000;

/** What copies of one hub share. */
export interface HubPlace {
  /** Holds `dist`, `package.json`, `migrations` and `node_modules`. */
  root: string;
  /** Where it runs. */
  folder: string;
  databaseUrl: string;
  /** `host:port,…` that it may call. */
  outside: string;
  env?: Record<string, string>;
}

/** The built hub as a process of its own, each time on the same port, database and keys; guarded. */
export class HubProcess implements FaultHub {
  readonly url: string;
  private readonly place: HubPlace;
  private readonly port: number;
  private readonly secrets: Record<string, string>;
  private readonly programs: Programs;
  private readonly pool: pg.Pool;
  private readonly all: Program[] = [];

  constructor(place: HubPlace, port: number, secrets: Record<string, string> = makeSecrets()) {
    this.place = place;
    this.port = port;
    this.secrets = secrets;
    this.url = `http://127.0.0.1:${port}`;
    this.programs = new Programs(place.folder);
    this.pool = new pg.Pool({ connectionString: place.databaseUrl, max: 2 });
    this.pool.on('error', () => undefined);
  }

  get adminKey(): string {
    return this.secrets['ADMIN_API_KEY'] ?? '';
  }

  /** Another copy, on the same database with the same keys. */
  copy(port: number): HubProcess {
    return new HubProcess(this.place, port, this.secrets);
  }

  async migrate(): Promise<void> {
    const program = this.run(path.join('commands', 'migrate.js'));
    const { code } = await program.exit(READY_WITHIN_MS);
    if (code !== 0) throw new Error(`The migration failed:\n${program.output().slice(-2_000)}`);
  }

  async start(): Promise<void> {
    const program = this.run('main.js');
    await eventually(
      'the hub is ready',
      () =>
        fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then(
          async response => {
            await response.arrayBuffer();
            return response.ok;
          },
          () => false,
        ),
      READY_WITHIN_MS,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${program.output().slice(-2_000)}`);
    });
  }

  /** At once, in the middle of whatever it does. The signal is on its way when this returns. */
  kill(): void {
    this.all.at(-1)?.signal('SIGKILL');
  }

  async untilGone(): Promise<void> {
    await this.all.at(-1)?.exit();
  }

  /** As one who heeds the hub's own rate limit: what it has sent away (429) is asked again when it says so. */
  call = async (method: string, at: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    for (;;) {
      const response = await fetch(`${this.url}/api/v1${at}`, {
        method,
        headers: { authorization: `Bearer ${this.adminKey}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.status !== 429)
        return { status: response.status, headers: response.headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
      await delay(1_000 * Number(response.headers.get('retry-after') ?? 1));
    }
  };

  sql = async <T extends object>(text: string, values: unknown[] = []): Promise<T[]> => (await this.pool.query<T>(text, values)).rows;

  /** Hosts that it tried to connect to, besides this machine. */
  refusedConnects(): string[] {
    const lines = this.all.flatMap(program => program.output().split('\n'));
    return lines.filter(line => line.startsWith(REFUSED_CONNECT)).map(line => line.slice(REFUSED_CONNECT.length));
  }

  output(): string {
    return this.all.map(program => program.output()).join('\n');
  }

  async end(): Promise<void> {
    await this.programs.end();
    await this.pool.end();
  }

  private run(program: string): Program {
    const { root, databaseUrl, outside, env } = this.place;
    const started = this.programs.node([...GUARD, path.join(root, 'dist', program)], {
      TZ: 'UTC',
      NODE_ENV: 'production',
      LOG_LEVEL: 'error',
      SANDBOX: 'false',
      PORT: String(this.port),
      DATABASE_URL: databaseUrl,
      UPSTREAM_ALLOWED_HOSTS: outside,
      ...this.secrets,
      ...env,
    });
    this.all.push(started);
    return started;
  }
}

function makeSecrets(): Record<string, string> {
  return {
    ADMIN_API_KEY: randomBytes(32).toString('base64url'),
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    BLIND_INDEX_KEY: randomBytes(32).toString('base64'),
  };
}
