import { sparkline } from './sparkline.js';

describe('sparkline', () => {
  const pathOf = (counts: number[]): string | undefined => /d="([^"]*)"/.exec(sparkline(counts, 'events').text)?.[1];

  it.each<[string, number[], string]>([
    ['a bar for each count, the tallest full', [1, 2], 'M0 24v-12h59v12zM60 24v-24h59v24z'],
    ['none for an hour without', [0, 3, 0], 'M40 24v-24h39v24z'],
    ['a line at least for one of many', [1, 1_000], 'M0 24v-1h59v1zM60 24v-24h59v24z'],
    ['nothing where nothing came', [0, 0], ''],
    ['nothing of nothing', [], ''],
  ])('draws %s', (_, counts, path) => {
    expect(pathOf(counts)).toBe(path);
  });

  it('says in words what it shows', () => {
    expect(sparkline([1, 4, 0], 'events').text).toContain('aria-label="5 events; 4 at most in an hour"');
  });
});
