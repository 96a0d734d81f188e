import { randomInt } from 'node:crypto';
import { v7, validate } from 'uuid';
import { pooledRandomBytes } from './random-pool.js';

/** Of which `v7` takes all but the time and the sequence. */
const ID_BYTES = 16;
const last = { ms: 0, sequence: 0 };

/** A new id: UUIDv7 (RFC 9562, method 1): ids of one process sort by the time they were made, also within a millisecond. */
export function newId(now: Date): string {
  const ms = now.getTime();
  if (ms === last.ms) {
    last.sequence++;
  } else {
    last.ms = ms;
    last.sequence = randomInt(0x3fff_ffff);
  }
  return v7({ msecs: ms, seq: last.sequence, random: pooledRandomBytes(ID_BYTES) });
}

/** Below every id of `newId` at `time` or later, and above those of before. */
export function firstIdOf(time: Date): string {
  const ms = time.getTime().toString(16).padStart(12, '0');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-000000000000`;
}

export function isId(value: string): boolean {
  return validate(value);
}
