import type { TestHub } from './hub.js';

/** Every table that holds rows of facilities, by the catalog. */
export async function facilityTables(hub: TestHub): Promise<{ name: string; key: string; hasId: boolean }[]> {
  return hub.sql(`
    select c.relname as name, case when c.relname = 'facility' then 'id' else 'facility_id' end as key,
      exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'id' and a.atttypid = 'uuid'::regtype) as "hasId"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and (c.relname = 'facility'
      or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'facility_id' and not a.attisdropped)) order by 1`);
}

/** All rows of a facility with the transaction that wrote each: equal only where nothing was written, not even the same again. */
export async function rowsOfFacility(hub: TestHub, facilityId: string): Promise<Record<string, string[]>> {
  const rows: Record<string, string[]> = {};
  for (const { name, key } of await facilityTables(hub)) {
    const found = await hub.sql<{ row: string }>(
      `select t.xmin::text || ' ' || t.ctid::text || ' ' || md5(t::text) as row from ${name} t where ${key} = $1 order by 1`,
      [facilityId],
    );
    rows[name] = found.map(({ row }) => row);
  }
  return rows;
}
