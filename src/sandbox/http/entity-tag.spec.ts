import { isNoneMatch } from './entity-tag.js';

it.each([
  ['no header', undefined, true],
  ['the same tag', '"a"', false],
  ['another tag', '"b"', true],
  ['one of several', '"b", "a"', false],
  ['the weak form', 'W/"a"', false],
  ['any', '*', false],
  ['an empty header', '', true],
  ['a part of it', '"ab"', true],
])('isNoneMatch: %s', (_title, header, expected) => {
  expect(isNoneMatch(header, '"a"')).toBe(expected);
});
