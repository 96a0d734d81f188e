import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * `pg_restore_attribute_stats` is PostgreSQL 18's. `reltuples` is -1 where nobody has analysed a table yet:
 * https://www.postgresql.org/docs/18/catalog-pg-class.html
 */
const EXPECT_MANY_ROWS = `do $$
declare
  of_table text;
begin
  if current_setting('server_version_num')::int < 180000 then
    return;
  end if;
  for of_table in
    select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.reltuples = -1 and a.attname = 'facility_id' and not a.attisdropped
  loop
    perform pg_restore_attribute_stats('schemaname', 'public', 'relname', of_table, 'attname', 'facility_id', 'inherited', false,
      'null_frac', 0::real, 'avg_width', 16, 'n_distinct', 1::real);
  end loop;
end $$`;

/**
 * Has the planner believe of each table that is new that all its rows are of one facility. Of a table that was never analysed it supposes one
 * of 200, two rows of ten pages: then an index of facilities does as well as one of facilities and appointments, and a statement that is
 * prepared in the first minute of a database reads all rows of its facility, each time, until autovacuum has analysed the table.
 */
export async function expectManyRows(em: EntityManager): Promise<void> {
  await em.execute(EXPECT_MANY_ROWS);
}
