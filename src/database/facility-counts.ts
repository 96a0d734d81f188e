import type { EntityManager } from '@mikro-orm/postgresql';

/** Whoever counts for a person stops here: beyond it they need no number. */
export const MOST_COUNTED = 1_000;

export interface FacilityCount {
  facilityId: string;
  /** At most one more than `MOST_COUNTED`. */
  count: number;
}

/**
 * Rows of one table for which `where` holds, a condition in SQL without a facility, `values` its parameters. There must be an index that
 * leads with `facility_id` and is of just these rows: then nothing here takes longer the more of them there are.
 */
export interface CountedRows {
  table: string;
  where: string;
  values: unknown[];
}

/** Above every id. */
export const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** How many rows each of these facilities has; each has an entry. */
export async function countEach(
  em: EntityManager,
  { table, where, values }: CountedRows,
  facilityIds: readonly string[],
): Promise<FacilityCount[]> {
  return em.execute<FacilityCount[]>(
    `select f.id as "facilityId",
       (select count(*) from (select 1 from ${table} where facility_id = f.id and ${where} limit ${MOST_COUNTED + 1}) counted)::int as count
     from unnest(?::uuid[]) f(id)`,
    [...values, arrayOf(facilityIds)],
  );
}

/** How many rows they have together, at most one more than `MOST_COUNTED`; `facilityIds` null: all facilities. */
export async function countAll(
  em: EntityManager,
  { table, where, values }: CountedRows,
  facilityIds: readonly string[] | null,
): Promise<number> {
  const rows =
    facilityIds === null
      ? `${table} where ${where}`
      : `unnest(?::uuid[]) f(id) cross join lateral (select 1 from ${table} where facility_id = f.id and ${where} limit ${MOST_COUNTED + 1}) each_one`;
  const [row] = await em.execute<{ count: number }[]>(
    `select count(*)::int as count from (select 1 from ${rows} limit ${MOST_COUNTED + 1}) counted`,
    facilityIds === null ? values : [arrayOf(facilityIds), ...values],
  );
  return row?.count ?? 0;
}

/**
 * The facilities that have such rows, newest first, with an id below `before`; at most `limit`. Of `among`; null: of all, and then the index
 * is asked for the next facility again and again, past all rows of the one before.
 */
export async function facilitiesWith(
  em: EntityManager,
  { table, where, values }: CountedRows,
  among: readonly string[] | null,
  before: string | null,
  limit: number,
): Promise<string[]> {
  const below = before ?? LAST_ID;
  const next = `from ${table} where ${where} and facility_id <`;
  const rows = await (among === null
    ? em.execute<{ id: string }[]>(
        `with recursive found(id) as (
           (select facility_id ${next} ? order by facility_id desc limit 1)
           union all
           select (select facility_id ${next} found.id order by facility_id desc limit 1) from found where found.id is not null
         ) select id from found where id is not null limit ?`,
        [...values, below, ...values, limit],
      )
    : em.execute<{ id: string }[]>(
        `select f.id from unnest(?::uuid[]) f(id)
         where f.id < ? and exists (select from ${table} where facility_id = f.id and ${where}) order by f.id desc limit ?`,
        [arrayOf(among), below, ...values, limit],
      ));
  return rows.map(({ id }) => id);
}

/** As PostgreSQL reads an array. */
export function arrayOf(values: readonly string[]): string {
  return `{${values.join(',')}}`;
}
