import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4_096;

/** Random bytes of the system, fetched many at a time: a fetch of a few takes longer than what they are for. Each is given out once. */
export class RandomPool {
  private readonly bytes = Buffer.alloc(POOL_BYTES);
  private used = POOL_BYTES;

  /** A view, to be used up before the next is taken. */
  take(count: number): Buffer {
    if (this.used + count > POOL_BYTES) {
      randomFillSync(this.bytes);
      this.used = 0;
    }
    const from = this.used;
    this.used += count;
    return this.bytes.subarray(from, this.used);
  }
}
