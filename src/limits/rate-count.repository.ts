import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { Untold } from './shared-count.js';

/** In the order of the ids, so that two copies never wait for each other. An older window than the one that is kept adds nothing. */
const ADD = new PreparedStatement<{ id: string; windowStart: Date | string; used: number }>(
  'add-rate-counts',
  `insert into rate_count as kept (id, window_start, used)
   select id, "windowStart", used from jsonb_to_recordset($1::jsonb) as given (id text, "windowStart" timestamptz, used int) order by id
   on conflict (id) do update set
     used = case when kept.window_start = excluded.window_start then kept.used + excluded.used
                 when kept.window_start < excluded.window_start then excluded.used
                 else kept.used end,
     window_start = greatest(kept.window_start, excluded.window_start)
   returning id, window_start as "windowStart", used`,
);

@Injectable()
export class RateCountRepository {
  constructor(private readonly em: EntityManager) {}

  /** Adds all in one statement. What all copies have used of each by now; null where another copy has begun a later window. */
  async add(uses: readonly Untold[]): Promise<(number | null)[]> {
    const given = uses.map(({ limit, key, windowStartMs, used }) => ({
      id: `${limit}:${key}`,
      windowStart: new Date(windowStartMs),
      used,
    }));
    const rows = await ADD.run(this.em, [JSON.stringify(given)]);
    const kept = new Map(rows.map(row => [row.id, row]));
    return given.map(({ id, windowStart }) => {
      const row = kept.get(id);
      return row && new Date(row.windowStart).getTime() === windowStart.getTime() ? row.used : null;
    });
  }

  /** Those of windows that began before `before`. */
  async remove(before: Date): Promise<void> {
    await this.em.execute(
      `delete from rate_count where id in (select id from rate_count where window_start < ? limit 10000 for update skip locked)`,
      [before],
    );
  }
}
