// npm run storm:keys -- [--seed N] [--keys 1000] [--repeats 20] [--kills 30] [--hospital idempotent|list] [--build DIR] [--postgres URL]
import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { givenServer } from './database.js';
import { keyStorm, type KeyStormOptions, type KeyStormReport } from './key-storm.js';

const AT_MOST_MS = 30 * 60_000;
const SHOWN = 20;

function readOptions(): KeyStormOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { seed: text, keys: text, repeats: text, kills: text, hospital: text, build: text, postgres: text },
  });
  const number = (name: 'seed' | 'keys' | 'repeats' | 'kills', fallback: number): number => {
    const value = values[name] ?? String(fallback);
    if (!/^\d{1,9}$/.test(value)) throw new Error(`--${name} must be a whole number, not "${value}".`);
    return Number(value);
  };
  const { hospital = 'idempotent' } = values;
  if (hospital !== 'idempotent' && hospital !== 'list') throw new Error('--hospital must be idempotent or list.');
  return {
    seed: number('seed', randomInt(1_000_000_000)),
    keys: number('keys', 1_000),
    repeats: number('repeats', 20),
    kills: number('kills', 30),
    hospital,
    build: path.resolve(values.build ?? path.join(import.meta.dirname, '..')),
    server: givenServer(values.postgres),
  };
}

function report(
  { seed, keys, repeats }: KeyStormOptions,
  { checks, counts, kills, failed, calls, toldMs, settledMs }: KeyStormReport,
): void {
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  console.log(`
${keys} keys × ${repeats} at once, ${kills} kills: ${counts.requests} requests, ${counts.unanswered} without an answer, ${counts.unavailable} sent away, ${counts.inUse} told to wait for the first
${calls} calls that were to book, ${failed} bookings known not to have been made
all told after ${seconds(toldMs)}, all known after ${seconds(settledMs)}
`);
  for (const { name, checked, wrong } of checks) {
    console.log(`${wrong.length === 0 ? 'ok    ' : 'WRONG '} ${name}: ${checked}${wrong.length === 0 ? '' : `, ${wrong.length} wrong`}`);
    for (const problem of wrong.slice(0, SHOWN)) console.log(`         ${problem}`);
  }
  const isWhole = checks.every(({ wrong }) => wrong.length === 0);
  console.log(isWhole ? `\nEach key booked once (seed ${seed}).` : `\nThe keys did not hold (seed ${seed}).`);
  if (!isWhole) process.exitCode = 1;
}

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort(new Error(`Interrupted by ${name}`)));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hub-keys-'));
// Under root, PostgreSQL runs as another user and must be able to enter.
fs.chmodSync(folder, 0o755);
try {
  const options = readOptions();
  console.log(`seed ${options.seed}`);
  report(options, await keyStorm(options, folder, AbortSignal.any([interrupted.signal, AbortSignal.timeout(AT_MOST_MS)])));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
