import { createSecretKey, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { FieldCipher } from '../src/crypto/field-cipher.js';
import { startEmbeddedPostgres, type RunningPostgres } from '../src/database/embedded-postgres.js';
import type { HttpClient } from './http.js';
import { Hub, MAIN, untilAnswered } from './hub.js';
import { familyCpuMs, freePort, parentOf, ROOT, type Processes, type StartedProcess } from './processes.js';

/** Of the whole server, by name. */
export type ServerSettings = Record<string, string>;

export interface PlaceParts {
  name: string;
  processes: Processes;
  http: HttpClient;
  hospitalUrl: string;
  port: number;
  postgres: RunningPostgres;
  db: pg.Client;
}

/** A hub as in production, without a sandbox, and a database of its own, which outlives it: the embedded server as it always is. */
export class DatabasePlace {
  readonly db: pg.Client;
  readonly databaseUrl: string;
  readonly port: number;
  /** As the hub seals. */
  readonly cipher: FieldCipher;
  private readonly name: string;
  private readonly processes: Processes;
  private readonly http: HttpClient;
  readonly hospitalUrl: string;
  private readonly postgres: RunningPostgres;
  private readonly env: Record<string, string>;

  constructor({ name, processes, http, hospitalUrl, port, postgres, db }: PlaceParts) {
    this.name = name;
    this.processes = processes;
    this.http = http;
    this.hospitalUrl = hospitalUrl;
    this.port = port;
    this.postgres = postgres;
    this.databaseUrl = postgres.url;
    this.db = db;
    const key = randomBytes(32);
    this.cipher = new FieldCipher([{ id: 'k1', key: createSecretKey(key) }]);
    this.env = {
      PORT: String(port),
      DATABASE_URL: postgres.url,
      SANDBOX: 'false',
      UPSTREAM_ALLOWED_HOSTS: new URL(hospitalUrl).host,
      LOG_LEVEL: 'info',
      // One key asks for all that the hub can give: that is what is measured.
      RATE_LIMIT_PER_KEY: '1000000',
      RATE_LIMIT_PER_FACILITY: '1000000',
      ADMIN_API_KEY: randomBytes(32).toString('base64url'),
      ENCRYPTION_KEYS: `k1:${key.toString('base64')}`,
      BLIND_INDEX_KEY: randomBytes(32).toString('base64'),
    };
  }

  /** `hospitalUrl`: of the fake hospital. `settings`: beyond those of every embedded server. */
  static async begin(
    name: string,
    processes: Processes,
    http: HttpClient,
    hospitalUrl: string,
    settings: ServerSettings = {},
  ): Promise<PlaceParts> {
    const dataDir = path.join(processes.folder, name, 'pg');
    if (Object.keys(settings).length > 0) await setUp(dataDir, settings);
    const postgres = await startEmbeddedPostgres({ dataDir });
    const db = new pg.Client({ connectionString: postgres.url });
    await db.connect();
    return { name, processes, http, hospitalUrl, port: await freePort(), postgres, db };
  }

  /** Migrated. */
  static async open(name: string, processes: Processes, http: HttpClient, hospitalUrl: string): Promise<DatabasePlace> {
    const place = new DatabasePlace(await DatabasePlace.begin(name, processes, http, hospitalUrl));
    await place.migrate();
    return place;
  }

  /** Resolves once it is ready. `port`: of one more copy. */
  async startHub(port = this.port): Promise<Hub> {
    const started = this.processes.start(`${this.name}-hub-${port}`, MAIN, { ...this.env, PORT: String(port) });
    const url = `http://127.0.0.1:${port}`;
    await untilAnswered(started, this.http, `${url}/health/ready`);
    return new Hub(url, started, this.http, this.env['ADMIN_API_KEY'] ?? '');
  }

  /** A plain thing on the same database; `env`: besides PORT and DATABASE_URL. */
  async startBareProgram(program: string, env: Record<string, string> = {}): Promise<{ process: StartedProcess; port: number }> {
    const port = await freePort();
    const started = this.processes.startProgram(program, { PORT: String(port), DATABASE_URL: this.databaseUrl, ...env });
    await untilAnswered(started, this.http, `http://127.0.0.1:${port}/`);
    return { process: started, port };
  }

  /** Processor time that the database's processes, ended ones too, have used so far, in milliseconds. */
  async databaseCpuMs(): Promise<number> {
    const { rows } = await this.db.query<{ pid: number }>('select pg_backend_pid() as pid');
    return familyCpuMs(parentOf(rows[0]?.pid ?? 0));
  }

  /** All that the server has said. */
  serverLog(): string {
    return fs.readFileSync(path.join(this.processes.folder, this.name, 'pg.log'), 'utf8');
  }

  /** Where the hospital's API is. */
  get upstreamUrl(): string {
    return `${this.hospitalUrl}/api/v1`;
  }

  async close(): Promise<void> {
    await this.db.end();
    await this.postgres.stop();
  }

  async migrate(): Promise<void> {
    const migration = this.processes.start(`${this.name}-migrate`, [path.join(ROOT, 'dist', 'commands', 'migrate.js')], this.env);
    await migration.untilEnded();
  }
}

/** Some of them hold only from the server's next start. */
async function setUp(dataDir: string, settings: ServerSettings): Promise<void> {
  const server = await startEmbeddedPostgres({ dataDir });
  const setting = new pg.Client({ connectionString: server.url });
  await setting.connect();
  for (const [name, value] of Object.entries(settings)) await setting.query(`alter system set ${name} = ${pg.escapeLiteral(value)}`);
  await setting.end();
  await server.stop();
}
