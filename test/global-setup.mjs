import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import '../scripts/ts-imports.mjs';

/** One PostgreSQL for the whole run; each test file makes a database of its own on it. */
export default async function globalSetup() {
  // jest transforms nothing here: Node reads the source as it is.
  const { startEmbeddedPostgres } = await import('../src/database/embedded-postgres.ts');
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'hub-test-'));
  fs.chmodSync(dir, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir: path.join(dir, 'pg'), isVolatile: true });
  process.env.TEST_DATABASE_URL = postgres.url;
  // Empty until a test needs the built hub.
  process.env.TEST_BUILD_DIR = path.join(dir, 'build');
  // What Node has compiled of one program serves all others: most of it is packages.
  process.env.TEST_COMPILED_DIR = path.join(dir, 'compiled');
  globalThis.embedded = { postgres, dir };
}
