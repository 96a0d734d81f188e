import type pg from 'pg';
import { rounded } from './figure.js';

export interface CountedStatements {
  /** `begin` and `commit` included. */
  count: number;
  /** The most frequent, with their times in the database. */
  most: { calls: number; ms: number; text: string }[];
}

/** Statements that the database is sent, but checks of foreign keys and what holds the word `bench`. Needs a place that counts them. */
export class StatementCount {
  private readonly db: pg.Client;

  private constructor(db: pg.Client) {
    this.db = db;
  }

  static async of(db: pg.Client): Promise<StatementCount> {
    await db.query('create extension if not exists pg_stat_statements');
    return new StatementCount(db);
  }

  async begin(): Promise<void> {
    await this.db.query('select pg_stat_statements_reset() as bench');
  }

  async end(): Promise<CountedStatements> {
    const { rows } = await this.db.query<{ calls: number; ms: number; text: string }>(
      `select calls::float8 as calls, total_exec_time as ms, regexp_replace(left(query, 90), '\\s+', ' ', 'g') as text
       from pg_stat_statements where query !~ 'bench' and query !~ '^SELECT \\S+ FROM ONLY' order by calls desc`,
    );
    return {
      count: rows.reduce((sum, row) => sum + row.calls, 0),
      most: rows.slice(0, 12).map(row => ({ ...row, ms: rounded(row.ms) })),
    };
  }
}
