import { createSecretKey, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { INestApplication, Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { PARAMS_PROVIDER_TOKEN, type Params } from 'nestjs-pino';
import pg from 'pg';
import { setUpApp } from '../../src/app.js';
import { AppModule } from '../../src/app.module.js';
import { Clock } from '../../src/common/clock.js';
import type { HubConfig } from '../../src/config/config.js';
import { loadPluginMetadata } from '../../src/docs.js';
import { loggerOptions } from '../../src/logger.js';
import { migrate } from '../../src/migrate.js';
import { drain } from '../../src/start/shutdown.js';
import { apiAt, type Answer, type Api } from './api.js';
import { canariesIn, rowsWithCanaries, writingsOf } from './canary.js';
import { createMigratedDatabase } from './test-database.js';

export type { Answer };

export const ADMIN_KEY = 'test-admin-key-not-a-real-one-0123456789';

/**
 * What every suite's patients, hospitals and providers have (`aPatient`, `aFacility`): parts of names, phones and credentials, a national id, a
 * date of birth; and how each webhook secret begins. Whatever a suite does, none of them stands in clear in its own database when it
 * ends, or in what its hub has logged, at level debug.
 */
const CANARIES = [
  ...['Testa Inventada', 'Inventada', '+63917000', '0917 000 ', 'test-upstream-key', 'AB123456'].flatMap(part => writingsOf(part)),
  ...['1990-04-23', 'whsec_'],
  // A key's hash is how it is known again.
  ...writingsOf(ADMIN_KEY, { hashed: false }),
];

/** Where the hubs of a test log to: it is looked through and, unless `TEST_LOG=1`, forgotten. */
class SearchedLog {
  private found: string[] = [];
  /** Where lines are kept, too; null: nowhere. */
  kept: string[] | null = null;

  write(line: string): void {
    this.kept?.push(line);
    if (process.env['TEST_LOG'] === '1') process.stdout.write(line);
    this.found.push(...canariesIn(line, CANARIES));
  }

  takeFound(): string[] {
    const { found } = this;
    this.found = [];
    return found;
  }
}

/** One for all: the first hub's is that of every later one in the process. */
const LOG = new SearchedLog();

export interface HubOptions {
  clock?: Clock;
  config?: Partial<HubConfig>;
  /** Another copy on the same database. */
  besides?: TestHub;
  /** A database on a server of the test's own, instead of a new one. */
  databaseUrl?: string;
  /** Routes of the test's own, besides the hub's. */
  controllers?: Type[];
  /** Gets what the hub logs, line by line. */
  log?: string[];
}

/** The whole hub on a database of its own, called over HTTP. */
export interface TestHub extends Api {
  app: INestApplication;
  databaseUrl: string;
  config: HubConfig;
  sql<T extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<T[]>;
  close(): Promise<void>;
}

export async function startHub(options: HubOptions = {}): Promise<TestHub> {
  const given = options.besides?.databaseUrl ?? options.databaseUrl;
  const database = given === undefined ? await createMigratedDatabase() : undefined;
  const databaseUrl = given ?? database?.url ?? '';
  if (options.databaseUrl !== undefined && !options.besides) await migrate(databaseUrl);
  if (options.log) LOG.kept = options.log;
  const config: HubConfig = { ...(options.besides?.config ?? testConfig(databaseUrl)), ...options.config };
  await loadPluginMetadata();
  const builder = Test.createTestingModule({ imports: [await AppModule.register(config)], controllers: options.controllers ?? [] });
  builder.overrideProvider(PARAMS_PROVIDER_TOKEN).useValue({ pinoHttp: [...optionsOf(loggerOptions(config)), LOG] });
  if (options.clock) builder.overrideProvider(Clock).useValue(options.clock);
  const module = await builder.compile();
  const app = module.createNestApplication<NestExpressApplication>({ bodyParser: false, bufferLogs: true });
  setUpApp(app);
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  // A connection that is ending while its database is dropped tells so; nobody need hear it.
  pool.on('error', () => undefined);
  return {
    ...apiAt(url, ADMIN_KEY),
    app,
    databaseUrl,
    config,
    sql: async <T extends object>(text: string, values: unknown[] = []) => (await pool.query<T>(text, values)).rows,
    close: async () => {
      await drain(server);
      await app.close();
      await pool.end();
      if (options.log) LOG.kept = null;
      const leaks = [...LOG.takeFound(), ...(database ? await rowsWithCanaries(database.url, CANARIES) : [])];
      await database?.drop();
      if (leaks.length > 0) throw new Error(`A patient, or a secret, stands in clear in the log or the database:\n${leaks.join('\n')}`);
    },
  };
}

function optionsOf({ pinoHttp }: Params): unknown[] {
  return Array.isArray(pinoHttp) ? pinoHttp.slice(0, 1) : [];
}

export function testConfig(databaseUrl: string): HubConfig {
  return {
    port: 0,
    databaseUrl,
    dataDir: '/nonexistent',
    publicUrl: 'http://localhost',
    adminApiKey: ADMIN_KEY,
    encryptionKeys: [{ id: 'k1', key: createSecretKey(randomBytes(32)) }],
    blindIndexKey: createSecretKey(randomBytes(32)),
    isSandboxEnabled: false,
    sandboxPort: 0,
    upstreamAllowedHosts: [],
    logLevel: 'debug',
    availabilityCacheMs: 30_000,
    availabilityTimeoutMs: 1_500,
    writeTimeoutMs: 3_500,
    webhookBodyRetentionDays: 90,
    shutdownGraceMs: 0,
    // Under a clock that stands still no window ends: what is not about limits is to meet none.
    requestsPerKey: 1_000_000,
    requestsPerFacility: 1_000_000,
    bookingsPerContactPerDay: 1_000_000,
    appointmentsAheadPerContact: 1_000_000,
    requestHeadersTimeoutMs: 10_000,
    requestTimeoutMs: 15_000,
    messageTextRetentionDays: 400,
    areDocsOpen: true,
    traces: undefined,
  };
}
