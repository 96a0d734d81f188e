import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from '../../src/database/orm-options.js';
import { ENTITIES } from '../../src/entities.js';
import { createTestDatabase } from '../support/test-database.js';

/** All that a migration makes, as PostgreSQL itself writes it. */
const SCHEMA = `
  select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '-') as made
    from information_schema.columns where table_schema = 'public'
  union all select 'index ' || indexdef from pg_indexes where schemaname = 'public'
  union all select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    from pg_constraint where connamespace = 'public'::regnamespace
  union all select 'trigger ' || pg_get_triggerdef(t.oid)
    from pg_trigger t join pg_class c on c.oid = t.tgrelid where c.relnamespace = 'public'::regnamespace and not tgisinternal
  union all select 'function ' || pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
  union all select 'sequence ' || sequencename from pg_sequences where schemaname = 'public'
  order by made`;

describe('Migrations', () => {
  let database: { url: string; drop: () => Promise<void> };
  let orm: MikroORM;

  beforeAll(async () => {
    database = await createTestDatabase();
    orm = await MikroORM.init(ormOptions(database.url, ENTITIES, 'migrations'));
  });
  afterAll(async () => {
    await orm.close(true);
    await database.drop();
  });

  const schema = async (): Promise<string[]> => (await orm.em.fork().execute<{ made: string }[]>(SCHEMA)).map(({ made }) => made);

  it('go back to just what was there before them, and forward again', async () => {
    const [first, ...later] = (await orm.migrator.getPending()).map(({ name }) => name);
    await orm.migrator.up({ migrations: [first ?? ''] });

    for (const name of later) {
      const before = await schema();
      await orm.migrator.up({ migrations: [name] });
      const after = await schema();
      await orm.migrator.down({ migrations: [name] });
      expect([name, await schema()]).toEqual([name, before]);
      await orm.migrator.up({ migrations: [name] });
      expect([name, await schema()]).toEqual([name, after]);
    }

    expect(later.length).toBeGreaterThan(20);
  });
});
