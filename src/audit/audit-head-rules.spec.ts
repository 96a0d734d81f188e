import { lostHeads } from './audit-head-rules.js';

describe('lostHeads', () => {
  const head = (position: number, hash: string): { facilityId: string; position: number; hash: string } => ({
    facilityId: 'f',
    position,
    hash,
  });

  it.each([
    ['stands where it stood', [head(3, 'c')], 0],
    ['of an empty chain', [head(0, '')], 0],
    ['was cut off', [head(4, 'd')], 1],
    ['is another', [head(2, 'x')], 1],
    ['none known', [], 0],
  ])('%s', async (_what, known, lost) => {
    const hashes = ['a', 'b', 'c'];

    expect(await lostHeads(known, (_facility, position) => Promise.resolve(hashes[position - 1] ?? null))).toHaveLength(lost);
  });
});
