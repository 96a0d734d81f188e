// npm run faults -- [--seed N] [--bookings 2000] [--hospitals 40] [--share 30]
import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { givenServer } from '../storm/database.js';
import { faultReport } from '../test/faults/fault-report.js';
import { evilRun, type EvilRunOptions } from './evil-run.js';

function readOptions(): EvilRunOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { seed: text, bookings: text, hospitals: text, share: text, build: text, postgres: text },
  });
  const number = (name: 'seed' | 'bookings' | 'hospitals' | 'share', fallback: number): number => {
    const value = values[name] ?? String(fallback);
    if (!/^\d{1,9}$/.test(value)) throw new Error(`--${name} must be a whole number, not "${value}".`);
    return Number(value);
  };
  const hospitals = number('hospitals', 40);
  if (hospitals % 4 !== 0 || hospitals === 0)
    throw new Error(`--hospitals must be a multiple of four, as many of each way, not ${hospitals}.`);
  return {
    seed: number('seed', randomInt(1_000_000_000)),
    bookings: number('bookings', 2_000),
    hospitals,
    share: number('share', 30) / 100,
    build: path.resolve(values.build ?? path.join(import.meta.dirname, '..')),
    server: givenServer(values.postgres),
  };
}

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort(new Error(`Interrupted by ${name}`)));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hub-faults-'));
// Under root, PostgreSQL runs as another user and must be able to enter.
fs.chmodSync(folder, 0o755);
try {
  const options = readOptions();
  console.log(`seed ${options.seed}`);
  const { run, records, checks } = await evilRun(options, folder, interrupted.signal);
  console.log(faultReport(run, records, checks));
  const failed = checks.filter(({ wrong }) => wrong.length > 0).length;
  console.log(failed === 0 ? `\nAll holds (seed ${options.seed}).` : `\n${failed} of ${checks.length} do not hold (seed ${options.seed}).`);
  if (failed > 0) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
