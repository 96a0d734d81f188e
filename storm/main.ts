// npm run storm -- [--seed N] [--minutes 2] [--webhooks N] [--appointments N] [--bookings N] [--copies 3] [--reported 50] [--nemeses N]
//   [--only kill,swallow,…] [--broken dedupe,order,ack,claim,fencing,ledger] [--postgres URL] [--template DATABASE]
import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { BREAKS } from './broken-builds.js';
import { EVERY_MS } from './nemeses.js';
import { givenServer } from './database.js';
import { storm, type StormOptions, type StormReport } from './storm.js';

const MINUTES = 2;
const REPORTED = 50;
/** In a minute. */
const LOAD = { webhooks: 5_000, appointments: 250, bookings: 150, nemeses: 60_000 / EVERY_MS };
/** For the start, for what is still to be answered and to settle, and for the look at the end. */
const BESIDES_MS = 10 * 60_000;
const ON_A_BUSY_MACHINE = 5;
const SHOWN = 20;

function readOptions(): StormOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      ...{ seed: text, minutes: text, webhooks: text, appointments: text, bookings: text, copies: text, nemeses: text, reported: text },
      ...{ only: text, broken: text, build: text, postgres: text, template: text },
    },
  });
  const number = (name: keyof typeof LOAD | 'seed' | 'minutes' | 'copies' | 'reported', fallback: number): number => {
    const value = values[name] ?? String(fallback);
    if (!/^\d{1,9}$/.test(value)) throw new Error(`--${name} must be a whole number, not "${value}".`);
    return Number(value);
  };
  const named = list(values.broken);
  const broken = BREAKS.filter(kind => named.includes(kind));
  const isUnknown = named.some(name => !BREAKS.some(kind => kind === name));
  if (values.broken !== undefined && (named.length === 0 || isUnknown)) throw new Error(`--broken must be of ${BREAKS.join(', ')}.`);
  if (values.template !== undefined && values.postgres === undefined) throw new Error('--template is of the server that --postgres names.');
  const minutes = number('minutes', MINUTES);
  const perMinute = (name: keyof typeof LOAD): number => number(name, LOAD[name] * minutes);
  return {
    seed: number('seed', randomInt(1_000_000_000)),
    webhooks: perMinute('webhooks'),
    appointments: perMinute('appointments'),
    bookings: perMinute('bookings'),
    nemeses: perMinute('nemeses'),
    copies: Math.max(1, number('copies', 3)),
    reported: number('reported', REPORTED),
    only: list(values.only),
    broken,
    build: path.resolve(values.build ?? path.join(import.meta.dirname, '..')),
    server: givenServer(values.postgres, values.template),
  };
}

function list(text = ''): string[] {
  return text.split(',').filter(name => name !== '');
}

function report(options: StormOptions, { checks, schedule, webhooks, platform, struck, messages, loadMs, settledMs }: StormReport): void {
  const share = (n: number): string => `${n} (${((100 * n) / options.webhooks).toFixed(1)} %)`;
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  console.log(`
${options.webhooks} webhooks over ${options.appointments} appointments: ${share(schedule.reordered)} out of order, ${share(schedule.duplicated)} twice, ${share(schedule.replayed)} again at the end
  ${webhooks.deliveries} deliveries, ${webhooks.unanswered} tries without an answer, ${webhooks.unavailable} sent away
${options.bookings} patients: ${platform.requests} requests, ${platform.unanswered} without an answer, ${platform.unavailable} sent away, ${platform.unknown} answered with 202
${messages} messages taken by the provider
all answered after ${seconds(loadMs)}, nothing left to do after ${seconds(settledMs)}
`);
  for (const [name, { times, onTime }] of [...struck].sort()) console.log(`${String(times).padStart(4)} × ${name}, ${onTime} on time`);
  console.log();
  const width = Math.max(...checks.map(({ name }) => name.length));
  for (const { name, checked, wrong } of checks) {
    const isRight = wrong.length === 0;
    console.log(`${isRight ? 'ok    ' : 'WRONG '} ${name.padEnd(width)} ${String(checked).padStart(6)}  ${isRight ? '' : wrong.length}`);
    for (const problem of wrong.slice(0, SHOWN)) console.log(`         ${problem}`);
    if (wrong.length > SHOWN) console.log(`         and ${wrong.length - SHOWN} more`);
  }
  const failed = checks.filter(({ wrong }) => wrong.length > 0).length;
  console.log(
    failed === 0
      ? `\nThe storm is over: all holds (seed ${options.seed}).`
      : `\nThe storm broke ${failed} of ${checks.length} (seed ${options.seed}).`,
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
  console.log(`seed ${options.seed}${options.broken.length === 0 ? '' : `, broken: ${options.broken.join(', ')}`}`);
  const atMostMs = ON_A_BUSY_MACHINE * options.nemeses * EVERY_MS + BESIDES_MS;
  report(options, await storm(options, folder, AbortSignal.any([interrupted.signal, AbortSignal.timeout(atMostMs)])));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  if (process.env['STORM_KEEP'] === undefined) fs.rmSync(folder, { recursive: true, force: true });
  else console.error(`Left in ${folder}`);
}
