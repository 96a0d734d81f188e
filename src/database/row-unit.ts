import type { EntityClass } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { RowTable } from './row-table.js';

interface Row {
  id: string;
}

/** A row, and its text as it is stored; null: it is new. */
interface Kept {
  row: Row;
  stored: string | null;
}

/**
 * What a transaction knows of some tables' rows, as plain values: those that it has read and locked, and new ones. What has become of them
 * in memory is written in two statements a table, however many they are.
 */
export class RowUnit {
  private readonly tables: Map<EntityClass<Row>, { table: RowTable<Row>; rows: Map<string, Kept> }>;

  /** `entities`: in the order they are written, what others refer to first. */
  constructor(
    private readonly em: EntityManager,
    entities: readonly EntityClass<Row>[],
  ) {
    this.tables = new Map(entities.map(entity => [entity, { table: RowTable.of(em, entity), rows: new Map() }]));
  }

  /** Rows as they are stored, and locked. One that is here already stays as it is here. */
  keep<T extends Row>(entity: EntityClass<T>, rows: readonly T[]): T[] {
    const { table, rows: kept } = this.of(entity);
    return rows.map(row => {
      const present = kept.get(row.id);
      if (present) return present.row as T;
      kept.set(row.id, { row, stored: table.textOf(row) });
      return row;
    });
  }

  /** A new row, to be written. */
  add<T extends Row>(entity: EntityClass<T>, row: T): T {
    this.of(entity).rows.set(row.id, { row, stored: null });
    return row;
  }

  /** Writes what is new or has changed since it was read or written last. */
  async write(): Promise<void> {
    for (const { table, rows } of this.tables.values()) {
      const added: string[] = [];
      const changed: { id: string; text: string }[] = [];
      for (const kept of rows.values()) {
        const text = table.textOf(kept.row);
        if (kept.stored === null) added.push(text);
        else if (kept.stored !== text) changed.push({ id: kept.row.id, text });
        kept.stored = text;
      }
      await table.insert(this.em, added);
      await table.update(
        this.em,
        changed.map(({ text }) => text),
        changed.map(({ id }) => id),
      );
    }
  }

  private of<T extends Row>(entity: EntityClass<T>): { table: RowTable<T>; rows: Map<string, Kept> } {
    const found = this.tables.get(entity);
    if (!found) throw new Error(`The unit has no rows of ${entity.name}`);
    return found as unknown as { table: RowTable<T>; rows: Map<string, Kept> };
  }
}
