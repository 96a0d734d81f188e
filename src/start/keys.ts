import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** Beside the keys: where the hub of that start is reached, for `npm run journeys`. */
export const URL_FILE = 'url';
/** Likewise, where its sandbox hospital is. */
export const SANDBOX_URL_FILE = 'sandbox-url';

/** What the zero-configuration start makes for itself, once. */
export interface GeneratedKeys {
  ENCRYPTION_KEYS: string;
  BLIND_INDEX_KEY: string;
  ADMIN_API_KEY: string;
  DEMO_API_KEY: string;
}

/** Reads `.data/keys.json`, or makes it (0600). Without these keys the data beside it cannot be read: they are never made anew over a broken file. */
export function generatedKeys(dataDir: string): GeneratedKeys {
  const existing = existingKeys(dataDir);
  if (existing) return existing;
  const file = path.join(dataDir, 'keys.json');
  if (fs.existsSync(path.join(dataDir, 'pg')))
    throw new Error(
      `${file} is missing, but there is data beside it, which cannot be read without: restore it, or remove ${dataDir} to start anew without the old data.`,
    );
  const keys: GeneratedKeys = {
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    BLIND_INDEX_KEY: randomBytes(32).toString('base64'),
    ADMIN_API_KEY: `hub_admin_${randomBytes(32).toString('base64url')}`,
    DEMO_API_KEY: `hub_demo_${randomBytes(32).toString('base64url')}`,
  };
  fs.mkdirSync(dataDir, { recursive: true });
  writeDurably(file, `${JSON.stringify(keys, null, 2)}\n`);
  return keys;
}

/** Those of an earlier start, if there was one. Throws when the file is broken. */
export function existingKeys(dataDir: string): GeneratedKeys | null {
  const file = path.join(dataDir, 'keys.json');
  return fs.existsSync(file) ? parse(file) : null;
}

function parse(file: string): GeneratedKeys {
  const broken = (why: string, cause?: unknown): Error =>
    new Error(
      `${file} is broken (${why}). It holds the keys of the data beside it: restore it, or remove ${path.dirname(file)} to start anew without the old data.`,
      { cause },
    );
  let keys: Partial<Record<keyof GeneratedKeys, unknown>> | null;
  try {
    keys = JSON.parse(fs.readFileSync(file, 'utf8')) as typeof keys;
  } catch (cause) {
    throw broken('it is not readable JSON', cause);
  }
  const text = (name: keyof GeneratedKeys): string => {
    const value = keys?.[name];
    if (typeof value !== 'string') throw broken(`${name} is missing`);
    return value;
  };
  return {
    ENCRYPTION_KEYS: text('ENCRYPTION_KEYS'),
    BLIND_INDEX_KEY: text('BLIND_INDEX_KEY'),
    ADMIN_API_KEY: text('ADMIN_API_KEY'),
    DEMO_API_KEY: text('DEMO_API_KEY'),
  };
}

/** All of it or nothing, also when the machine dies. */
function writeDurably(file: string, text: string): void {
  const temporary = `${file}.${process.pid}`;
  const handle = fs.openSync(temporary, 'w', 0o600);
  try {
    fs.writeFileSync(handle, text);
    fs.fsyncSync(handle);
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  } finally {
    fs.closeSync(handle);
  }
}
