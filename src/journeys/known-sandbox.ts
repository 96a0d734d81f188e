import fs from 'node:fs';
import path from 'node:path';
import { SANDBOX_URL_FILE } from '../start/keys.js';

/** In the data folder of the start: the sandbox's state, its key in it. */
const SANDBOX_STATE_FILE = 'sandbox.json';

export interface KnownSandbox {
  url: string;
  apiKey: string;
}

/**
 * The sandbox hospital of the hub that is played against: SANDBOX_URL and SANDBOX_API_KEY, else those of the start, whose files lie in
 * `dataDir`. `isOwnHub`: that start's hub is the one; another's patients are not the start's sandbox's. Null: none is known. Throws where
 * there is a URL and no key for it.
 */
export function knownSandbox(environment: Record<string, string | undefined>, dataDir: string, isOwnHub: boolean): KnownSandbox | null {
  const url = environment['SANDBOX_URL'] ?? (isOwnHub ? startedUrl(dataDir) : null);
  if (url === null) return null;
  const apiKey = environment['SANDBOX_API_KEY'] ?? startedKey(dataDir);
  if (apiKey === null) throw new Error(`There is no key for the sandbox at ${url}: set SANDBOX_API_KEY.`);
  return { url: url.replace(/\/+$/, ''), apiKey };
}

function startedUrl(dataDir: string): string | null {
  const file = path.join(dataDir, SANDBOX_URL_FILE);
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : null;
}

function startedKey(dataDir: string): string | null {
  const file = path.join(dataDir, SANDBOX_STATE_FILE);
  if (!fs.existsSync(file)) return null;
  const state = JSON.parse(fs.readFileSync(file, 'utf8')) as { credentials?: { apiKey?: unknown } | null };
  const apiKey = state.credentials?.apiKey;
  return typeof apiKey === 'string' ? apiKey : null;
}
