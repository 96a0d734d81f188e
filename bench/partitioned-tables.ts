import type pg from 'pg';

/** What the tables of facilities become, and what of them cannot come along. */
export interface Partitioning {
  tables: string[];
  /** Unique constraints that do not hold the facility: each is told within a facility only. */
  widened: string[];
  /** Foreign keys to an id alone, of which the other table has no unique constraint any more. */
  dropped: string[];
}

interface Definition {
  name: string;
  table: string;
  text: string;
}

interface Definitions {
  /** Whose names are their constraints', too. */
  keys: (Definition & { columns: string[]; isPrimary: boolean })[];
  indexes: Definition[];
  foreignKeys: (Definition & { target: string })[];
  triggers: Definition[];
}

/** PostgreSQL's own declarative partitioning, by the hash of `facility_id`, of every table that has one. The tables must be empty. */
export async function partitionByFacility(db: pg.Client, partitions: number): Promise<Partitioning> {
  const tables = await facilityTables(db);
  const found = await definitionsOf(db, tables);
  for (const table of tables) await partition(db, table, partitions);
  const widened = found.keys.filter(key => !key.columns.includes('facility_id'));
  for (const { table, name, columns, isPrimary } of found.keys) {
    const all = [...new Set([...columns, 'facility_id'])].map(column => `"${column}"`).join(', ');
    await db.query(`alter table "${table}" add constraint "${name}" ${isPrimary ? 'primary key' : 'unique'} (${all})`);
  }
  for (const { text } of [...found.indexes, ...found.triggers]) await db.query(text);
  const kept = found.foreignKeys.filter(({ target }) => !tables.includes(target));
  for (const { table, name, text } of kept) await db.query(`alter table "${table}" add constraint "${name}" ${text}`);
  return {
    tables,
    widened: widened.map(({ table, columns }) => `${table} (${columns.join(', ')})`),
    dropped: found.foreignKeys.filter(key => !kept.includes(key)).map(({ table, text }) => `${table}: ${text}`),
  };
}

async function facilityTables(db: pg.Client): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'facility_id' and a.attnotnull where c.relkind = 'r' order by 1`,
  );
  return rows.map(({ name }) => name);
}

async function definitionsOf(db: pg.Client, tables: readonly string[]): Promise<Definitions> {
  const rowsOf = async <T extends object>(text: string): Promise<T[]> => (await db.query<T>(text, [tables])).rows;
  return {
    keys: await rowsOf(
      `select c.conname as name, c.conrelid::regclass::text as table, '' as text, c.contype = 'p' as "isPrimary",
         array(select a.attname::text from unnest(c.conkey) with ordinality as k (n, place)
           join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.n order by place) as columns
       from pg_constraint c where c.contype in ('p', 'u') and c.conrelid = any($1::regclass[])`,
    ),
    indexes: await rowsOf(
      `select i.indexrelid::regclass::text as name, i.indrelid::regclass::text as table, pg_get_indexdef(i.indexrelid) as text
       from pg_index i where i.indrelid = any($1::regclass[]) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
    ),
    foreignKeys: await rowsOf(
      `select conname as name, conrelid::regclass::text as table, confrelid::regclass::text as target, pg_get_constraintdef(oid) as text
       from pg_constraint where contype = 'f' and conrelid = any($1::regclass[])`,
    ),
    triggers: await rowsOf(
      `select tgname as name, tgrelid::regclass::text as table, pg_get_triggerdef(oid) as text
       from pg_trigger where not tgisinternal and tgrelid = any($1::regclass[])`,
    ),
  };
}

/** A table of the same columns in the place of this one. */
async function partition(db: pg.Client, table: string, partitions: number): Promise<void> {
  await db.query(`alter table "${table}" rename to "${table}_before"`);
  await db.query(
    `create table "${table}" (like "${table}_before" including defaults including constraints) partition by hash (facility_id)`,
  );
  const { rows } = await db.query<{ sequence: string }>(
    `select d.objid::regclass::text as sequence from pg_depend d join pg_class c on c.oid = d.objid and c.relkind = 'S'
     where d.refobjid = $1::regclass and d.deptype = 'a'`,
    [`"${table}_before"`],
  );
  for (const { sequence } of rows) await db.query(`alter sequence ${sequence} owned by none`);
  await db.query(`drop table "${table}_before" cascade`);
  for (let part = 0; part < partitions; part += 1) {
    await db.query(`create table "${table}_p${part}" partition of "${table}" for values with (modulus ${partitions}, remainder ${part})`);
  }
}
