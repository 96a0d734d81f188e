import { RandomPool } from './random-pool.js';

describe('RandomPool', () => {
  it('gives no bytes out twice, over many fetches', () => {
    const pool = new RandomPool();

    const taken = Array.from({ length: 5_000 }, (_, i) => pool.take(i % 2 === 0 ? 12 : 16).toString('hex'));

    expect(new Set(taken).size).toBe(taken.length);
    expect(taken.map(hex => hex.length / 2).slice(0, 2)).toEqual([12, 16]);
  });
});
