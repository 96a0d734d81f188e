// `npm run audit:verify [-- --heads FILE]`: is the audit log as it was written? Exits 1 where it is not.
//
// Prints one line a chain with its head. FILE keeps the heads: those of the last time must still stand where they stood, so that a chain that
// was cut short at its end shows, too; then it holds the new ones. Keep it where who can change the database cannot.
import 'reflect-metadata';
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { MikroORM } from '@mikro-orm/postgresql';
import { AuditChains, type ChainReport } from '../audit/audit-chain.service.js';
import type { KnownHead } from '../audit/audit-head-rules.js';
import { Clock } from '../common/clock.js';
import { readConfig } from '../config/config.js';
import { readEnvironment } from '../config/environment.js';
import { ormOptions } from '../database/orm-options.js';
import { asWorker } from '../database/worker-context.js';
import { ENTITIES } from '../entities.js';

/** Entries have had time to be chained. */
const SETTLED_MS = 5 * 60_000;

async function verifyAll(): Promise<{ reports: ChainReport[]; lost: KnownHead[] }> {
  const config = readConfig(readEnvironment());
  if (config.databaseUrl === undefined) throw new Error('DATABASE_URL is not set: there is nothing to verify.');
  const orm = await MikroORM.init(ormOptions(config.databaseUrl, ENTITIES));
  try {
    const chains = AuditChains.outsideOf(config, orm.em);
    return await asWorker(orm.em, async () => {
      const reports: ChainReport[] = [];
      const until = new Date(new Clock().now().getTime() - SETTLED_MS);
      for (const facilityId of await chains.findFacilities()) reports.push(await chains.verify(facilityId, until));
      return { reports, lost: await chains.findLost(readHeads()) };
    });
  } finally {
    await orm.close(true);
  }
}

function headsFile(): string | undefined {
  return parseArgs({ options: { heads: { type: 'string' } } }).values.heads;
}

function readHeads(): KnownHead[] {
  const file = headsFile();
  return file !== undefined && fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as KnownHead[]) : [];
}

function show({ facilityId, entries, faults, late, head }: ChainReport): boolean {
  const isWhole = faults.length === 0 && late === 0;
  console.log(`${isWhole ? 'ok   ' : 'WRONG'} ${facilityId} ${entries} entries, head ${head.position} ${head.hash}`);
  for (const { position, entryId, fault } of faults) console.log(`        position ${position}, entry ${entryId ?? 'unknown'}: ${fault}`);
  if (late > 0) console.log(`        ${late} entries have no place in the chain, though they are older than five minutes`);
  return isWhole;
}

try {
  const { reports, lost } = await verifyAll();
  const areWhole = reports.map(show).every(isWhole => isWhole);
  for (const { facilityId, position } of lost)
    console.log(`WRONG ${facilityId}: what stood at position ${position} the last time does not stand there now`);
  const isGood = areWhole && lost.length === 0;
  const file = headsFile();
  if (isGood && file !== undefined)
    fs.writeFileSync(
      file,
      JSON.stringify(
        reports.map(({ facilityId, head }) => ({ facilityId, ...head })),
        null,
        2,
      ),
      { mode: 0o600 },
    );
  console.log(isGood ? `The audit log is as it was written: ${reports.length} chain(s).` : 'The audit log was changed.');
  process.exitCode = isGood ? 0 : 1;
} catch (error) {
  console.error(`The audit log could not be verified: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
