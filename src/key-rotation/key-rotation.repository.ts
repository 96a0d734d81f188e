import type { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { SealedColumn } from './sealed-columns.js';

/** A row's sealed value; a document as its JSON. */
export interface SealedRow {
  id: string;
  facilityId: string;
  value: string;
}

/** Before all rows. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** After all rows. */
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The feed's triggers know it: a value that is sealed anew is none that has changed. */
const RESEALING = new PreparedStatement('resealing', `select set_config('app.is_resealing', 'on', true) as told`);

/** Walks the rows of one column in parts, by primary key: no statement is longer for a longer table. */
export class KeyRotationRepository {
  private readonly statements;

  constructor(
    private readonly em: EntityManager,
    column: SealedColumn,
  ) {
    this.statements = statementsOver(column);
  }

  /** The last id of the part of `size` rows after `after`; null: the rest is less than a part. */
  async findEnd(after: string, size: number): Promise<string | null> {
    return (await this.statements.end.run(this.em, [after, size - 1]))[0]?.id ?? null;
  }

  /** Those of a part that may hold values under another key than `keyId`. `until`: see `findEnd`. */
  async findOthers(after: string, until: string | null, keyId: string): Promise<SealedRow[]> {
    return this.statements.others.run(this.em, [after, until, keyId]);
  }

  /** How many values of a part are under which key. */
  async countByKey(after: string, until: string | null): Promise<{ keyId: string; count: number }[]> {
    const rows = await this.statements.count.run(this.em, [after, until]);
    return rows.map(({ keyId, count }) => ({ keyId, count: Number(count) }));
  }

  /** Where the row still holds `old`, and nobody has it in hand: it waits for nobody, so that nobody waits for it in a circle. How many. */
  async replace(changes: readonly { id: string; old: string; value: string }[]): Promise<number> {
    return this.em.transactional(
      async em => {
        await RESEALING.run(em, []);
        return (await this.statements.replace.run(em, [JSON.stringify(changes)])).length;
      },
      { clear: true },
    );
  }
}

interface Statements {
  end: PreparedStatement<{ id: string }>;
  others: PreparedStatement<SealedRow>;
  count: PreparedStatement<{ keyId: string; count: string }>;
  replace: PreparedStatement<{ id: string }>;
}

/** Names of tables and columns are the catalogue's own. */
function statementsOver({ table, column, kind }: SealedColumn): Statements {
  const name = (what: string): string => `rotate-${what}-${table}-${column}`;
  // Both ends as bounds of the primary key, whatever plan is made: with `or` a plan for all values reads on to the table's end for each part.
  const part = `t.id > $1 and t.id <= coalesce($2::uuid, '${LAST_ID}')`;
  const other =
    kind === 'text' ? `not starts_with(t.${column}, 'v1.' || $3::text || '.')` : `t.${column}::text like '%Sealed": "%' and $3::text <> ''`;
  const keys =
    kind === 'text'
      ? `cross join lateral (select split_part(t.${column}, '.', 2) as key) k`
      : `cross join lateral (select m[1] as key from regexp_matches(t.${column}::text, 'Sealed": "v1\\.([^."]+)\\.', 'g') m) k`;
  const cast = kind === 'text' ? 'text' : 'jsonb';
  return {
    end: new PreparedStatement(name('end'), `select t.id from ${table} t where t.id > $1 order by t.id offset $2::int limit 1`),
    others: new PreparedStatement(
      name('others'),
      `select t.id, t.facility_id as "facilityId", t.${column}::text as value from ${table} t where ${part} and ${other} order by t.id`,
    ),
    count: new PreparedStatement(
      name('count'),
      `select k.key as "keyId", count(*) as count from ${table} t ${keys} where ${part} and t.${column} is not null group by 1`,
    ),
    replace: new PreparedStatement(
      name('replace'),
      `with given as (select id, old::${cast} as old, value::${cast} as value from jsonb_to_recordset($1::jsonb) as g(id uuid, old text, value text)),
       held as (
         select t.id from ${table} t where t.id = any(array(select id from given)) order by t.id for no key update skip locked
       )
       update ${table} t set ${column} = given.value
       from given join held on held.id = given.id where t.id = given.id and t.${column} = given.old returning t.id`,
    ),
  };
}
