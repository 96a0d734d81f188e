import { orderedCounts, othersThan } from './key-count-rules.js';

describe('othersThan', () => {
  it.each<[string, [string, number][], number]>([
    ['no value at all', [], 0],
    ['all under the key', [['k2', 7]], 0],
    ['all under another', [['k1', 7]], 7],
    [
      'some under each of three',
      [
        ['k1', 3],
        ['k2', 7],
        ['k3', 2],
      ],
      5,
    ],
  ])('with %s', (_, counts, others) => {
    expect(othersThan('k2', new Map(counts))).toBe(others);
  });
});

describe('orderedCounts', () => {
  it.each([[['k1', 'k2', 'k10']], [['k10', 'k2', 'k1']], [['k2', 'k10', 'k1']]])('names the keys in one order, met as %j', ids => {
    expect(orderedCounts(new Map(ids.map(id => [id, id.length])))).toEqual([
      ['k1', 2],
      ['k10', 3],
      ['k2', 2],
    ]);
  });
});
