import { cutLists } from './export-cut-rules.js';

describe('cutLists', () => {
  it.each<[string, number[], string[]]>([
    ['an empty list', [], []],
    ['a full list', [1, 2], []],
    ['one entry too many', [1, 2, 3], ['list']],
  ])('%s', (_what, list, cut) => {
    expect(cutLists({ list }, { list: 2 })).toEqual(cut);
  });
});
