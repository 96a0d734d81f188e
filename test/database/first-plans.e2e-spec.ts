import { MikroORM, type EntityManager } from '@mikro-orm/postgresql';
import { expectManyRows } from '../../src/database/first-plans.js';
import { ormOptions } from '../../src/database/orm-options.js';
import { ENTITIES } from '../../src/entities.js';
import { migrate } from '../../src/migrate.js';
import { createTestDatabase } from '../support/test-database.js';

const ROWS = 400;

describe('A database that was just migrated', () => {
  let database: { url: string; drop: () => Promise<void> };
  let orm: MikroORM;

  beforeAll(async () => {
    database = await createTestDatabase();
    await migrate(database.url);
    orm = await MikroORM.init(ormOptions(database.url, ENTITIES, 'migrations'));
  });
  afterAll(async () => {
    await orm.close(true);
    await database.drop();
  });

  it.each([
    ['messages of an appointment', 'notification', 'facility_id = $1 and appointment_id = any($2::uuid[])'],
    ['contacts by their phone', 'contact', 'facility_id = $1 and phone_index = any($2::text[]) and merged_into_id is null'],
    ['appointments by the id of the hospital', 'appointment', 'facility_id = $1 and external_id = any($2::text[])'],
  ])('finds %s by more than their facility, while nothing is known of the table', async (_what, table, condition) => {
    const plan = await orm.em.fork().transactional(async em => {
      await fill(em, table);
      const rows: Record<string, string>[] = await em.execute(`explain (generic_plan) select id from ${table} where ${condition}`);
      return rows.map(row => row['QUERY PLAN']).join('\n');
    });

    expect(plan).toMatch(/Index Cond: \(\(facility_id = \$1\) AND \(\w+ = ANY \(\$2\)\)\)/);
  });

  /** Rows of one facility, whatever they are about; nobody has analysed them before the transaction ends. */
  async function fill(em: EntityManager, table: string): Promise<void> {
    await em.execute('set local session_replication_role = replica');
    const needed: { column: string; type: string }[] = await em.execute(
      `select column_name as column, data_type as type from information_schema.columns
       where table_schema = 'public' and table_name = ? and (is_nullable = 'NO' or column_name ~ '_index$|^external_id$') and column_default is null`,
      [table],
    );
    const valueOf = ({ column, type }: { column: string; type: string }): string => {
      if (column === 'facility_id') return `'01999c5e-0000-7000-8000-000000000001'::uuid`;
      if (type === 'uuid') return 'gen_random_uuid()';
      if (type === 'text') return 'gen_random_uuid()::text';
      return type.startsWith('timestamp') ? 'now()' : type === 'boolean' ? 'false' : type.startsWith('json') ? `'{}'` : '1';
    };
    await em.execute(
      `insert into ${table} (${needed.map(({ column }) => column).join(', ')})
       select ${needed.map(valueOf).join(', ')} from generate_series(1, ${ROWS})`,
    );
  }

  it('leaves what is known of a table that was analysed', async () => {
    const em = orm.em.fork();
    for (const table of ['known', 'fresh']) {
      await em.execute(`create table ${table} (facility_id uuid) with (autovacuum_enabled = false)`);
      await em.execute(`insert into ${table} select gen_random_uuid() from generate_series(1, 100)`);
    }
    await em.execute('analyze known');

    await expectManyRows(em);

    const believed = `select tablename, n_distinct from pg_stats where tablename in ('known', 'fresh') order by tablename`;
    expect(await em.execute(believed)).toEqual([
      { tablename: 'fresh', n_distinct: 1 },
      { tablename: 'known', n_distinct: -1 },
    ]);
  });
});
