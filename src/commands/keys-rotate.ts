// `npm run keys:rotate [-- --batch 200 --pause-ms 20]`: brings all that is sealed under the first key of ENCRYPTION_KEYS, while the hub works.
//
// Progress goes to stderr, the count per key to stdout. Exits 0 only where nothing is left under another key (but reasons in the audit log,
// which never change): until then the old keys must stay in ENCRYPTION_KEYS. It may be ended at any moment, and started again.
import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { MikroORM } from '@mikro-orm/postgresql';
import { readConfig } from '../config/config.js';
import { readEnvironment } from '../config/environment.js';
import { FieldCipher } from '../crypto/field-cipher.js';
import { orderedCounts, othersThan } from '../key-rotation/key-count-rules.js';
import { KeyRotation, type RotationPace } from '../key-rotation/key-rotation.service.js';
import { SEALED_COLUMNS } from '../key-rotation/sealed-columns.js';
import { ormOptions } from '../database/orm-options.js';
import { asWorker } from '../database/worker-context.js';
import { ENTITIES } from '../entities.js';

/** What the hub writes under an old key meanwhile, or has in hand, is found by another pass. */
const MOST_PASSES = 5;
const TELL_EVERY_BATCHES = 50;

interface Outcome {
  keyId: string;
  counts: Map<string, number>;
  unchanging: Map<string, number>;
  broken: string[];
}

async function rotateAll(pace: RotationPace): Promise<Outcome> {
  const config = readConfig(readEnvironment());
  if (config.databaseUrl === undefined) throw new Error('DATABASE_URL is not set: there is nothing to rotate.');
  const orm = await MikroORM.init(ormOptions(config.databaseUrl, ENTITIES));
  const cipher = new FieldCipher(config.encryptionKeys);
  try {
    return await asWorker(orm.em, async () => {
      const rotation = new KeyRotation(orm.em.fork(), cipher, pace);
      let broken: string[] = [];
      let counts = new Map<string, number>();
      for (let pass = 1; pass === 1 || (pass <= MOST_PASSES && othersThan(cipher.currentKeyId, counts) > broken.length); pass++) {
        broken = await passOver(rotation, pass);
        counts = await rotation.count();
      }
      return { keyId: cipher.currentKeyId, counts, unchanging: await rotation.countUnchanging(), broken };
    });
  } finally {
    await orm.close(true);
  }
}

async function passOver(rotation: KeyRotation, pass: number): Promise<string[]> {
  const broken: string[] = [];
  for (const column of SEALED_COLUMNS) {
    const name = `Pass ${pass}: ${column.table}.${column.column}`;
    let batches = 0;
    const done = await rotation.rotate(column, ({ looked, resealed }) => {
      if (++batches % TELL_EVERY_BATCHES === 0) console.error(`${name}: ${looked} rows looked at, ${resealed} re-sealed`);
    });
    console.error(`${name}: done, ${done.resealed} re-sealed`);
    broken.push(...done.broken);
  }
  return broken;
}

/** Throws what names the setting that is wrong. */
function readPace(): RotationPace {
  const { values } = parseArgs({ options: { batch: { type: 'string' }, 'pause-ms': { type: 'string' } } });
  return {
    batch: wholeNumber('batch', values.batch ?? '200', 1, 5_000),
    pauseMs: wholeNumber('pause-ms', values['pause-ms'] ?? '20', 0, 60_000),
  };
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) throw new Error(`--${name} must be a whole number from ${least} to ${most}.`);
  return value;
}

function show({ keyId, counts, unchanging, broken }: Outcome): boolean {
  for (const message of broken) console.error(message);
  for (const [id, count] of orderedCounts(counts)) console.log(`${id === keyId ? 'new' : 'OLD'} ${id} ${count} values`);
  for (const [id, count] of orderedCounts(unchanging)) {
    if (id !== keyId) console.log(`audit log: ${count} reasons need ${id}: keep it in ENCRYPTION_KEYS, not as the first, to read them`);
  }
  const left = othersThan(keyId, counts);
  console.log(left === 0 ? `All values are sealed with ${keyId}.` : `${left} values are still sealed with another key than ${keyId}.`);
  return left === 0 && broken.length === 0;
}

try {
  process.exitCode = show(await rotateAll(readPace())) ? 0 : 1;
} catch (error) {
  console.error(`The keys could not be rotated: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
