import { createHash } from 'node:crypto';
import pg from 'pg';

/** How a value may be written where it should not be: as it is, in JSON, in a URL, in base64 at any offset, in hex, as a plain hash. */
export function writingsOf(value: string, { hashed = true } = {}): string[] {
  const sha256 = createHash('sha256').update(value).digest();
  const hashes = hashed ? [sha256.toString('hex'), sha256.toString('base64url')] : [];
  const json = JSON.stringify(value).slice(1, -1);
  const url = [encodeURIComponent(value), encodeURIComponent(value).replaceAll('%20', '+')];
  const bytes = Buffer.from(value);
  return [...new Set([value, value.toLowerCase(), json, ...url, ...base64Of(bytes), bytes.toString('hex'), ...hashes])];
}

/** The characters that do not depend on what stands before and after, for each of the three offsets. */
function base64Of(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap(offset => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const sure = encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    return sure.length < 10 ? [] : [sure, sure.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** Where one of the writings stands, each with what is around it. */
export function canariesIn(text: string, writings: readonly string[]): string[] {
  return writings.flatMap(writing => {
    const at = text.indexOf(writing);
    return at < 0 ? [] : [`${writing}: …${text.slice(Math.max(0, at - 200), at + writing.length + 20)}…`];
  });
}

/** Rows of any table of any schema but PostgreSQL's own, the jobs' too, that hold one of the writings: the table, then the row's text. */
export async function rowsWithCanaries(databaseUrl: string, writings: readonly string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const each = tables.map(({ name }) => `select '${name}' as name, t::text as row from only ${name} t where t::text like any ($1)`);
    if (each.length === 0) return [];
    const { rows } = await client.query<{ name: string; row: string }>(`${each.join(' union all ')} limit 20`, [
      writings.map(writing => `%${writing.replace(/[\\%_]/g, '\\$&')}%`),
    ]);
    return rows.map(({ name, row }) => `${name}: ${row.slice(0, 500)}`);
  } finally {
    await client.end();
  }
}
