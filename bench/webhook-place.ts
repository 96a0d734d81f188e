import { createSecretKey, randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { FieldCipher } from '../src/crypto/field-cipher.js';
import { startEmbeddedPostgres, type RunningPostgres } from '../src/database/embedded-postgres.js';
import type { HttpClient } from './http.js';
import { Hub, MAIN, untilAnswered } from './hub.js';
import { familyCpuMs, freePort, parentOf, ROOT, type Processes, type StartedProcess } from './processes.js';
import { signedPost, type Endpoint, type EventMix } from './webhook-events.js';
import { acceptedId, Wire } from './wire.js';

const LOOK_EVERY_MS = 200;
const CONNECTIONS = 64;

/** A hospital, and what happens there. */
export interface Source {
  endpoint: Endpoint;
  mix: EventMix;
}

/**
 * A hub as in production, without a sandbox, and a database of its own, which outlives it: the embedded server as it always is, but
 * that it notes when each transaction was committed.
 */
export class WebhookPlace {
  readonly db: pg.Client;
  readonly databaseUrl: string;
  readonly port: number;
  /** As the hub seals. */
  readonly cipher: FieldCipher;
  private readonly processes: Processes;
  private readonly http: HttpClient;
  private readonly hospitalUrl: string;
  private readonly postgres: RunningPostgres;
  private readonly env: Record<string, string>;

  private constructor(processes: Processes, http: HttpClient, hospitalUrl: string, port: number, postgres: RunningPostgres, db: pg.Client) {
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

  /** `hospitalUrl`: of the fake hospital. `countsStatements`: for a `StatementCount`. */
  static async open(processes: Processes, http: HttpClient, hospitalUrl: string, countsStatements = false): Promise<WebhookPlace> {
    const dataDir = path.join(processes.folder, 'webhooks', 'pg');
    const first = await startEmbeddedPostgres({ dataDir });
    const setting = new pg.Client({ connectionString: first.url });
    await setting.connect();
    await setting.query('alter system set track_commit_timestamp = on');
    if (countsStatements) await setting.query('alter system set shared_preload_libraries = pg_stat_statements');
    await setting.end();
    await first.stop();
    const postgres = await startEmbeddedPostgres({ dataDir });
    const db = new pg.Client({ connectionString: postgres.url });
    await db.connect();
    const place = new WebhookPlace(processes, http, hospitalUrl, await freePort(), postgres, db);
    await place.migrate();
    return place;
  }

  /** Resolves once it is ready. `port`: of one more copy. */
  async startHub(port = this.port): Promise<Hub> {
    const started = this.processes.start(`webhook-hub-${port}`, MAIN, { ...this.env, PORT: String(port) });
    const url = `http://127.0.0.1:${port}`;
    await untilAnswered(started, this.http, `${url}/health/ready`);
    return new Hub(url, started, this.http, this.env['ADMIN_API_KEY'] ?? '');
  }

  /** The plain thing on the same database. */
  async startBare(): Promise<{ process: StartedProcess; port: number }> {
    const { rows } = await this.db.query<{ id: string }>('select id from facility limit 1');
    const port = await freePort();
    const env = { PORT: String(port), DATABASE_URL: this.databaseUrl, FACILITY_ID: rows[0]?.id ?? '' };
    const started = this.processes.startProgram('bare-inbox', env);
    await untilAnswered(started, this.http, `http://127.0.0.1:${port}/`);
    return { process: started, port };
  }

  /** Processor time that the database's processes, ended ones too, have used so far, in milliseconds. */
  async databaseCpuMs(): Promise<number> {
    const { rows } = await this.db.query<{ pid: number }>('select pg_backend_pid() as pid');
    return familyCpuMs(parentOf(rows[0]?.pid ?? 0));
  }

  createEndpoint(hub: Hub): Promise<Endpoint> {
    return hub.createEndpoint(`${this.hospitalUrl}/api/v1`);
  }

  /** One event of each after the other, by a few at once; all must be new. */
  async post(sources: readonly Source[], bodiesOf: (mix: EventMix) => string[]): Promise<void> {
    const posts = sources.map(({ endpoint, mix }) => bodiesOf(mix).map(body => signedPost(endpoint, body)));
    const inTurn = Array.from({ length: posts[0]?.length ?? 0 }, (_, i) => posts.flatMap(ofOne => ofOne[i] ?? [])).flat();
    const wire = await Wire.open(this.port, CONNECTIONS);
    await wire.closedLoop(inTurn, acceptedId);
    wire.close();
  }

  /** Resolves when the hub has decided on all events but those of the bare server. */
  async untilApplied(whileWaiting: () => void = () => undefined): Promise<void> {
    for (;;) {
      const { rows } = await this.db.query(`select from webhook_event where outcome = 'pending' and body_sealed not like 'x%' limit 1`);
      if (rows.length === 0) return;
      whileWaiting();
      await delay(LOOK_EVERY_MS);
    }
  }

  /** Until they are released, events are stored with their jobs as ever, and none is due. */
  async holdJobs(): Promise<void> {
    await this.db.query(
      `create or replace function bench_hold() returns trigger language plpgsql as 'begin new.start_after := now() + interval ''1 day''; return new; end'`,
    );
    await this.db.query(
      `create trigger bench_hold before insert on pgboss.job for each row when (new.name = 'webhook-apply') execute function bench_hold()`,
    );
  }

  async releaseJobs(): Promise<void> {
    await this.db.query('drop trigger bench_hold on pgboss.job');
    await this.db.query(`update pgboss.job set start_after = created_on where name = 'webhook-apply' and state = 'created'`);
    await this.db.query('vacuum analyze pgboss.job');
  }

  async close(): Promise<void> {
    await this.db.end();
    await this.postgres.stop();
  }

  private async migrate(): Promise<void> {
    const migration = this.processes.start('webhook-migrate', [path.join(ROOT, 'dist', 'commands', 'migrate.js')], this.env);
    await migration.untilEnded();
  }
}
