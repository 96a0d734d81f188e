import { randomBytes } from 'node:crypto';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../src/database/embedded-postgres.js';

/** PostgreSQL, which no kill of the hub reaches. */
export interface Database {
  url: string;
  close(): Promise<void>;
}

/** A server of our own in `folder`, or a database of our own on the one that is given. */
export async function openDatabase(folder: string, serverUrl: string | null): Promise<Database> {
  if (serverUrl === null) {
    const postgres = await startEmbeddedPostgres({ dataDir: path.join(folder, 'pg') });
    return { url: postgres.url, close: () => postgres.stop() };
  }
  const name = `storm_${randomBytes(6).toString('hex')}`;
  await execute(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, close: () => execute(serverUrl, `drop database if exists ${name} with (force)`) };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
