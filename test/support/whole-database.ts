import pg from 'pg';

/** Every row of every table of every schema but PostgreSQL's own, as text, the tables' names among it: for searching. */
export async function wholeDatabase(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      texts.push(name, ...rows.map(r => r.row));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}
