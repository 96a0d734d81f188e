import { createHash, randomBytes } from 'node:crypto';

/** 32 characters without those that look alike, so five bits of a byte pick one without bias. */
const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz0';

/** Ids that tell neither order nor time. From `crypto`; with a seed always the same ones, which is for tests alone. */
export class RandomIds {
  private drawn = 0;

  constructor(private readonly seed: number | string | null) {}

  /** `apt-` and 16 characters (80 bits). Draws again while `isTaken`: a seeded run that goes on from a file would repeat its first ids. */
  next(prefix: string, isTaken: (id: string) => boolean = () => false, length = 16): string {
    for (;;) {
      const id = prefix + this.characters(length);
      if (!isTaken(id)) return id;
    }
  }

  private characters(length: number): string {
    return Array.from(this.bytes(length), byte => ALPHABET.charAt(byte & 31)).join('');
  }

  private bytes(length: number): Buffer {
    if (this.seed === null) return randomBytes(length);
    this.drawn += 1;
    return createHash('shake256', { outputLength: length })
      .update(`${String(this.seed)}:${String(this.drawn)}`)
      .digest();
  }
}
