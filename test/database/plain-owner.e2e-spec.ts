import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '../../src/migrate.js';
import { startHub, type TestHub } from '../support/hub.js';
import { createTestDatabase } from '../support/test-database.js';

/** As a hosting provider hands a database out: its owner is no superuser, and may make no roles. */
describe('A database whose owner is an ordinary user', () => {
  const owner = `t_owner_${randomBytes(4).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  let database: { url: string; drop: () => Promise<void> };
  let ownersUrl: string;
  let hub: TestHub | undefined;

  const asAdmin = async (...statements: string[]): Promise<void> => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      for (const sql of statements) await client.query(sql);
    } finally {
      await client.end();
    }
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    const url = new URL(database.url);
    const name = url.pathname.slice(1);
    await asAdmin(`create role ${owner} login password '${password}'`, `alter database ${name} owner to ${owner}`);
    url.username = owner;
    url.password = password;
    ownersUrl = url.href;
  });
  afterAll(async () => {
    await hub?.close();
    await database.drop();
    const { url, drop } = await createTestDatabase();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(`drop role ${owner}`).finally(() => client.end());
    await drop();
  });

  it('is told what an administrator has to do, once for the server', async () => {
    await expect(migrate(ownersUrl)).rejects.toThrow(/create role hub_app nologin; grant hub_app to/);
  });

  it('is migrated once that is done, and served with the rows guarded', async () => {
    await asAdmin(
      `do $$ begin create role hub_app nologin; exception when duplicate_object then null; end $$`,
      `grant hub_app to ${owner}`,
    );
    await migrate(ownersUrl);

    hub = await startHub({ databaseUrl: ownersUrl });
    const ready = await fetch(`${hub.url}/health/ready`);
    const facility = await hub.call('GET', '/facilities');

    expect([ready.status, facility.status]).toEqual([200, 200]);
    // The owner itself is bound by the policies.
    expect(await hub.sql('select id from facility')).toEqual([]);
  });
});
