import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../bench/processes.js';
import type { Database } from './database.js';
import { DatabaseLink } from './database-link.js';
import { Hub } from './hub.js';
import type { Random } from './random.js';

const PATIENCE_MS = 8_000;
const PAUSE_MS = 150;
const TRIES = 200;

export interface CopiesOptions {
  count: number;
  root: string;
  folder: string;
  database: Pick<Database, 'url' | 'isMigrated'>;
  /** `host:port,…` of the hospitals and the SMS provider. */
  outside: string;
}

/** What a copy has answered; `body` is read as JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

export interface Ask {
  method: 'GET' | 'POST' | 'PUT';
  /** Below `/api/v1`. */
  path: string;
  body?: object;
  key?: string;
}

/** All copies of the hub, as whoever calls it sees them behind a load balancer: any of them will do. */
export class Copies {
  readonly all: readonly Hub[];
  readonly adminKey: string;
  private readonly random: Random;
  private readonly signal: AbortSignal;

  private constructor(all: readonly Hub[], adminKey: string, random: Random, signal: AbortSignal) {
    this.all = all;
    this.adminKey = adminKey;
    this.random = random;
    this.signal = signal;
  }

  /** Migrates what is not, and starts them all. */
  static async start(options: CopiesOptions, random: Random, signal: AbortSignal): Promise<Copies> {
    const { root, folder, database } = options;
    const adminKey = randomBytes(32).toString('base64url');
    const settings = settingsOf(options, adminKey);
    const all: Hub[] = [];
    for (let n = 1; n <= options.count; n += 1) {
      const link = await DatabaseLink.open(database.url);
      all.push(new Hub({ name: `hub-${n}`, root, folder, link, port: await freePort(), settings }, signal));
    }
    const copies = new Copies(all, adminKey, random, signal);
    const [first, ...others] = all;
    try {
      if (!database.isMigrated) await first?.migrate();
      // The first leaves what Node has compiled to the others.
      await first?.start();
      await Promise.all(others.map(hub => hub.start()));
      return copies;
    } catch (error) {
      await copies.end();
      throw error;
    }
  }

  /** One of them, whatever its state. */
  any(): Hub {
    return this.random.pick(this.all);
  }

  /** Null: nobody listens there, or no answer came in time. */
  async ask(hub: Hub, { method, path, body, key }: Ask): Promise<Answer | null> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.adminKey}` };
    if (body) headers['content-type'] = 'application/json';
    if (key !== undefined) headers['idempotency-key'] = key;
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(PATIENCE_MS)]);
    try {
      const response = await fetch(`${hub.url}/api/v1${path}`, {
        method,
        headers,
        signal,
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    } catch {
      this.signal.throwIfAborted();
      return null;
    }
  }

  /** From any that answers, for what may be asked twice. Throws for a status that is no 2xx. */
  async call(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<unknown> {
    for (let tried = 1; ; tried += 1) {
      const answer = await this.ask(this.any(), { method, path, ...(body ? { body } : {}) });
      if (answer && answer.status < 300) return answer.body;
      const isOver = answer !== null && answer.status < 500 && answer.status !== 429;
      if (isOver || tried === TRIES) throw new Error(`${method} ${path}: ${answer ? JSON.stringify(answer).slice(0, 500) : 'no answer'}`);
      await delay(PAUSE_MS, undefined, { signal: this.signal });
    }
  }

  /** Politely; what was stopped goes on before. */
  async stop(): Promise<void> {
    for (const hub of this.all) hub.thaw();
    await Promise.all(this.all.map(hub => hub.stop()));
  }

  async end(): Promise<void> {
    await Promise.all(this.all.map(hub => hub.kill()));
    for (const hub of this.all) hub.link.close();
  }
}

function settingsOf({ database, outside }: CopiesOptions, adminKey: string): Record<string, string> {
  return {
    LOG_LEVEL: 'warn',
    // No balancer has to notice that a copy ends.
    SHUTDOWN_GRACE_MS: '0',
    // The storm asks with one key, for all that there is.
    RATE_LIMIT_PER_KEY: '1000000',
    RATE_LIMIT_PER_FACILITY: '1000000',
    BOOKINGS_PER_CONTACT_PER_DAY: '1000000',
    APPOINTMENTS_AHEAD_PER_CONTACT: '1000000',
    SANDBOX: 'false',
    DATABASE_URL: database.url,
    UPSTREAM_ALLOWED_HOSTS: outside,
    // The provider is told one address, whichever copy sends.
    PUBLIC_URL: 'http://hub.storm.test',
    ADMIN_API_KEY: adminKey,
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    BLIND_INDEX_KEY: randomBytes(32).toString('base64'),
  };
}
