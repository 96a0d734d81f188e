import { pooledRandomBytes } from './random-pool.js';

describe('pooledRandomBytes', () => {
  it('gives each byte out once, over the end of a pool too', () => {
    const drawn = Array.from({ length: 10_000 }, () => pooledRandomBytes(12));
    const texts = drawn.map(bytes => bytes.toString('hex'));

    expect(new Set(texts).size).toBe(10_000);
    expect(new Set(drawn.map(bytes => bytes.length))).toEqual(new Set([12]));
  });

  it('leaves what it gave out as it is', () => {
    const first = pooledRandomBytes(12);
    const text = first.toString('hex');

    for (let i = 0; i < 2_000; i++) pooledRandomBytes(12);

    expect(first.toString('hex')).toBe(text);
  });

  it('refuses to give more than a pool holds', () => {
    expect(() => pooledRandomBytes(8_193)).toThrow(RangeError);
  });
});
