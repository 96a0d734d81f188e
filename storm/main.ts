// npm run storm -- [--seed N] [--webhooks 10000] [--appointments 500] [--kills 10] [--broken dedupe|order|ack]
import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { BREAKS } from './broken-builds.js';
import { storm, type StormOptions, type StormReport } from './storm.js';

const AT_MOST_MS = 20 * 60_000;
const SHOWN = 20;

function readOptions(): StormOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { seed: text, webhooks: text, appointments: text, kills: text, broken: text, build: text, postgres: text },
  });
  const number = (name: 'seed' | 'webhooks' | 'appointments' | 'kills', fallback: number): number => {
    const value = values[name] ?? String(fallback);
    if (!/^\d{1,9}$/.test(value)) throw new Error(`--${name} must be a whole number, not "${value}".`);
    return Number(value);
  };
  const broken = BREAKS.find(kind => kind === values.broken) ?? null;
  if (values.broken !== undefined && broken === null) throw new Error(`--broken must be one of ${BREAKS.join(', ')}.`);
  return {
    seed: number('seed', randomInt(1_000_000_000)),
    webhooks: number('webhooks', 10_000),
    appointments: number('appointments', 500),
    kills: number('kills', 10),
    broken,
    build: path.resolve(values.build ?? path.join(import.meta.dirname, '..')),
    postgresUrl: values.postgres ?? null,
  };
}

function report({ seed, webhooks, appointments, kills }: StormOptions, { checks, schedule, counts, sentMs, settledMs }: StormReport): void {
  const share = (n: number): string => `${n} (${((100 * n) / webhooks).toFixed(1)} %)`;
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  console.log(`
${webhooks} webhooks over ${appointments} appointments: ${share(schedule.reordered)} out of order, ${share(schedule.duplicated)} twice, ${share(schedule.replayed)} again at the end
${kills} kills; ${counts.deliveries} deliveries, ${counts.unanswered} tries without an answer, ${counts.unavailable} sent away
all acknowledged after ${seconds(sentMs)} (${Math.round((1_000 * counts.deliveries) / sentMs)}/s, kills included), all applied after ${seconds(settledMs)}
`);
  const width = Math.max(...checks.map(({ name }) => name.length));
  for (const { name, checked, wrong } of checks) {
    console.log(
      `${wrong.length === 0 ? 'ok    ' : 'WRONG '} ${name.padEnd(width)} ${String(checked).padStart(6)}  ${wrong.length === 0 ? '' : wrong.length}`,
    );
    for (const problem of wrong.slice(0, SHOWN)) console.log(`         ${problem}`);
    if (wrong.length > SHOWN) console.log(`         and ${wrong.length - SHOWN} more`);
  }
  const failed = checks.filter(({ wrong }) => wrong.length > 0).length;
  console.log(
    failed === 0 ? `\nThe storm is over: all holds (seed ${seed}).` : `\nThe storm broke ${failed} of ${checks.length} (seed ${seed}).`,
  );
  if (failed > 0) process.exitCode = 1;
}

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort(new Error(`Interrupted by ${name}`)));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hub-storm-'));
// Under root, PostgreSQL runs as another user and must be able to enter.
fs.chmodSync(folder, 0o755);
try {
  const options = readOptions();
  console.log(`seed ${options.seed}${options.broken === null ? '' : `, broken: ${options.broken}`}`);
  report(options, await storm(options, folder, AbortSignal.any([interrupted.signal, AbortSignal.timeout(AT_MOST_MS)])));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
