// npm run fuzz -- [--seed N] [--requests 20000]
import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { givenServer } from '../storm/database.js';
import { grouped } from '../test/fuzz/fuzz-session.js';
import { fuzzRun, type FuzzRunOptions } from './fuzz-run.js';

function readOptions(): FuzzRunOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { seed: text, requests: text, build: text, postgres: text } });
  const number = (name: 'seed' | 'requests', fallback: number): number => {
    const value = values[name] ?? String(fallback);
    if (!/^\d{1,9}$/.test(value)) throw new Error(`--${name} must be a whole number, not "${value}".`);
    return Number(value);
  };
  return {
    seed: number('seed', randomInt(1_000_000_000)),
    requests: number('requests', 20_000),
    build: path.resolve(values.build ?? path.join(import.meta.dirname, '..')),
    server: givenServer(values.postgres),
  };
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hub-fuzz-'));
// Under root, PostgreSQL runs as another user and must be able to enter.
fs.chmodSync(folder, 0o755);
try {
  const options = readOptions();
  console.log(`seed ${options.seed}`);
  const { findings, statuses, succeeded, refusedConnects, isReady } = await fuzzRun(options, folder);
  for (const [kind, counts] of statuses) {
    const all = [...counts].sort(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`);
    console.log(`${kind.padEnd(16)} ${all.join(', ')}`);
  }
  console.log(`${succeeded.size} operations have succeeded; refused connects: ${refusedConnects.join(', ') || 'none'}`);
  for (const line of grouped(findings)) console.log(line);
  const isWell = findings.length === 0 && isReady;
  console.log(
    isWell ? `\nAll holds (seed ${options.seed}).` : `\n${findings.length} findings, ready: ${String(isReady)} (seed ${options.seed}).`,
  );
  if (!isWell) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
