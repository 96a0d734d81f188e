import { entityTag, hasAlready } from './entity-tag-rules.js';

describe('The entity tag of an answer', () => {
  it('is of its bytes', () => {
    expect(entityTag('{"a":1}')).toMatch(/^"[\w-]{22}"$/);
    expect(entityTag('{"a":1}')).toBe(entityTag('{"a":1}'));
    expect(entityTag('{"a":1}')).not.toBe(entityTag('{"a":2}'));
  });

  it.each([
    ['nothing', undefined, false],
    ['the same', '"t"', true],
    ['another', '"u"', false],
    ['one of several', '"u", "t"', true],
    ['what a proxy made of it', 'W/"t"', true],
    ['any', ' * ', true],
    ['the same without its quotes', 't', false],
    ['nothing at all', '', false],
  ])('is held against what the caller has: %s', (_, ifNoneMatch, expected) => {
    expect(hasAlready('"t"', ifNoneMatch)).toBe(expected);
  });
});
