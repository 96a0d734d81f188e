import type { EntityClass, EntityMetadata } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from './prepared-statement.js';

/** A row as PostgreSQL has it: by its columns' names. */
export type StoredRow = Record<string, unknown>;

interface Column {
  property: string;
  name: string;
  isTime: boolean;
  isVersion: boolean;
}

/** By entity: the same for every connection. */
const tables = new Map<EntityClass<object>, RowTable<object>>();

/**
 * The table of an entity, read and written as plain values, many rows in one statement: for the paths where thousands come at once. Its
 * rows are no entities: the entity manager knows nothing of them. The primary key is `id`.
 */
export class RowTable<T extends object> {
  /** For the list of a `select`: `r.id, r.facility_id, …`, of a table or alias `r`. */
  readonly columns: string;
  private readonly list: readonly Column[];
  private readonly insertion: PreparedStatement;
  private readonly change: PreparedStatement;

  private constructor(metadata: EntityMetadata<T>) {
    const { tableName: table } = metadata;
    this.list = metadata.props.map(({ name, fieldNames, type, version }) => ({
      property: name,
      name: fieldNames[0] ?? name,
      isTime: type === 'datetime',
      isVersion: version === true,
    }));
    const names = this.list.map(column => column.name);
    this.columns = names.map(name => `r.${name}`).join(', ');
    const given = `json_populate_recordset(null::${table}, $1::json) as r`;
    this.insertion = new PreparedStatement(
      `insert-rows-of-${table}`,
      `insert into ${table} (${names.join(', ')}) select ${this.columns} from ${given}`,
    );
    const set = this.list
      .filter(({ name }) => name !== 'id')
      .map(({ name, isVersion }) => `${name} = ${isVersion ? `t.${name} + 1` : `r.${name}`}`);
    // The ids once more: they are the way to the rows, whatever the statistics were when it was planned.
    this.change = new PreparedStatement(
      `update-rows-of-${table}`,
      `update ${table} t set ${set.join(', ')} from ${given} where t.id = r.id and t.id = any($2::uuid[])`,
    );
  }

  static of<T extends object>(em: EntityManager, entity: EntityClass<T>): RowTable<T> {
    const known = tables.get(entity);
    if (known) return known as RowTable<T>;
    const table = new RowTable<T>(em.getMetadata().get<T>(entity));
    tables.set(entity, table);
    return table;
  }

  read(stored: StoredRow): T {
    const row: Record<string, unknown> = {};
    for (const { property, name, isTime } of this.list) {
      const value = stored[name];
      row[property] = isTime && typeof value === 'string' ? new Date(value) : value;
    }
    return row as T;
  }

  /** As JSON that PostgreSQL reads as a row of the table. */
  textOf(row: T): string {
    const stored: StoredRow = {};
    for (const { property, name, isVersion } of this.list) {
      const value = (row as StoredRow)[property];
      stored[name] = value ?? (isVersion ? 1 : null);
    }
    return JSON.stringify(stored);
  }

  /** `texts`: as `textOf` has them. */
  async insert(em: EntityManager, texts: readonly string[]): Promise<void> {
    if (texts.length > 0) await this.insertion.send(em, [arrayOf(texts)]);
  }

  /** Likewise; every column is written, so the rows must be locked. */
  async update(em: EntityManager, texts: readonly string[], ids: readonly string[]): Promise<void> {
    if (texts.length > 0) await this.change.send(em, [arrayOf(texts), ids]);
  }
}

function arrayOf(texts: readonly string[]): string {
  return `[${texts.join(',')}]`;
}
