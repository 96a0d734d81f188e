// `npm run migrate`: for production, before the new version starts. With --check: whether entities and migrations agree.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readEnvironment } from '../config/environment.js';
import { startEmbeddedPostgres } from '../database/embedded-postgres.js';
import { isSchemaUpToDate, migrate } from '../migrate.js';

/** On a database of its own, made and removed again. */
async function check(): Promise<number> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'hub-migrations-'));
  fs.chmodSync(dir, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir: path.join(dir, 'pg'), isVolatile: true });
  try {
    await migrate(postgres.url);
    if (await isSchemaUpToDate(postgres.url)) return 0;
    console.error('The entities say something else than the migrations: make one with npm run migration:create.');
    return 1;
  } finally {
    await postgres.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

async function run(): Promise<number> {
  const url = readEnvironment()['DATABASE_URL'];
  if (!url) {
    console.error('DATABASE_URL is not set: there is nothing to migrate. (Without it, npm start migrates its own database.)');
    return 1;
  }
  const ran = await migrate(url);
  console.log(ran.length === 0 ? 'The database is up to date.' : `Ran ${ran.length} migration(s): ${ran.join(', ')}`);
  return 0;
}

try {
  process.exitCode = await (process.argv.includes('--check') ? check() : run());
} catch (error) {
  console.error(`The migration failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
