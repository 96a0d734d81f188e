import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 8_192;

let pool = Buffer.alloc(0);
let used = 0;

/**
 * Random bytes of the system's, each given out once: to ask it for a few costs as much as to ask for thousands. For ids and initialisation
 * vectors, which stand open anyway; not for keys and secrets, which are not to lie in memory ahead of their use.
 */
export function pooledRandomBytes(length: number): Buffer {
  if (length > POOL_BYTES) throw new RangeError(`At most ${POOL_BYTES} bytes, not ${length}`);
  if (used + length > pool.length) {
    // A new one: the old one's bytes may still be in use.
    pool = randomFillSync(Buffer.allocUnsafeSlow(POOL_BYTES));
    used = 0;
  }
  used += length;
  return pool.subarray(used - length, used);
}
