import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '../../src/migrate.js';

/** Of the run's server, so that each suite need not migrate one of its own. */
const MIGRATED = 'migrated';
/** One makes it, whoever comes first; the others wait. */
const MIGRATED_LOCK = 7_421_903;

export interface TestDatabase {
  url: string;
  drop: () => Promise<void>;
}

/** An empty database of its own for each test file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return withAdmin(client => create(client, 'template1'));
}

/** Likewise, with all that the migrations make. */
export async function createMigratedDatabase(): Promise<TestDatabase> {
  return withAdmin(async client => {
    await makeTemplate(client);
    return create(client, MIGRATED);
  });
}

/** For programs that make databases of their own. */
export async function migratedServer(): Promise<{ url: string; template: string }> {
  await withAdmin(makeTemplate);
  return { url: adminUrl(), template: MIGRATED };
}

async function makeTemplate(client: pg.Client): Promise<void> {
  await client.query('select pg_advisory_lock($1)', [MIGRATED_LOCK]);
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [MIGRATED]);
    if (rowCount !== 0) return;
    const { url } = await create(client, 'template1');
    await migrate(url);
    const name = new URL(url).pathname.slice(1);
    await client.query(`alter database ${name} with allow_connections false`);
    await client.query(`alter database ${name} rename to ${MIGRATED}`);
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATED_LOCK]);
  }
}

async function create(client: pg.Client, template: string): Promise<TestDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  await client.query(`create database ${name} template ${template}`);
  const url = new URL(adminUrl());
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () =>
      withAdmin(async admin => {
        await admin.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

async function withAdmin<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: adminUrl() });
  await client.connect();
  return use(client).finally(() => client.end());
}

function adminUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined) throw new Error('TEST_DATABASE_URL is not set: jest must run with test/global-setup.mjs');
  return url;
}
