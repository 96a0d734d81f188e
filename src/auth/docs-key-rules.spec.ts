import { keyOfDocsRequest } from './docs-key-rules.js';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('keyOfDocsRequest', () => {
  it.each([
    ['Bearer hub_test', 'hub_test'],
    ['bearer  hub_test', 'hub_test'],
    [basic('anyone:hub_test'), 'hub_test'],
    [basic(':hub_test'), 'hub_test'],
    [basic('anyone:hub:test'), 'hub:test'],
    [basic('anyone:hub_test').replace('Basic', 'BASIC'), 'hub_test'],
    [`Bearer ${'k'.repeat(512)}`, 'k'.repeat(512)],
  ])('finds the key in %s', (header, key) => {
    expect(keyOfDocsRequest(header)).toBe(key);
  });

  it.each([
    '',
    'hub_test',
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'My Bearer hub_test',
    `Bearer ${'k'.repeat(513)}`,
    basic(`${'u'.repeat(1_536)}:hub_test`),
    'Digest hub_test',
    'Basic',
    basic('hub_test'),
    basic('anyone:'),
    basic('anyone:a b'),
    basic('anyone:é'),
  ])('finds none in %j', header => {
    expect(keyOfDocsRequest(header)).toBeNull();
  });
});
