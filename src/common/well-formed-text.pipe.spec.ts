import type { DomainError } from './domain-error.js';
import { WellFormedTextPipe } from './well-formed-text.pipe.js';

const nested = (levels: number): unknown => JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels));
const problemOf = (value: unknown): unknown => {
  try {
    new WellFormedTextPipe().transform(value);
    return null;
  } catch (error) {
    return (error as DomainError).errors[0];
  }
};

describe('WellFormedTextPipe', () => {
  it.each([['text'], ['😀 é'], ['two\r\n\tlines'], [''], [1], [null], [undefined], [{ a: ['b', { c: null }] }], [nested(20)]])(
    'lets %j pass',
    value => {
      expect(problemOf(value)).toBeNull();
      expect(new WellFormedTextPipe().transform(value)).toBe(value);
    },
  );

  it.each([
    ['a NUL', { name: 'a\0b' }, 'name', 'invalid-text'],
    ['a bell', { name: 'a\u0007b' }, 'name', 'invalid-text'],
    ['an escape sequence', { notes: 'a\u001b[31m' }, 'notes', 'invalid-text'],
    ['a control character of Latin-1', { notes: 'a\u0085b' }, 'notes', 'invalid-text'],
    ['half a pair', { contact: { name: '\ud83d' } }, 'contact.name', 'invalid-text'],
    ['the other half', { list: ['ok', '\ude00'] }, 'list.1', 'invalid-text'],
    ['a NUL in a name', { 'a\0': 1 }, 'body', 'invalid-text'],
    ['half a pair in a nested name', { a: { '\ud83d': 1 } }, 'a', 'invalid-text'],
    ['the prototype', JSON.parse('{"a":{"__proto__":{}}}'), 'a.__proto__', 'unknown-field'],
    ['the constructor', { constructor: 1 }, 'constructor', 'unknown-field'],
    ['a parameter with a NUL', '\0', 'value', 'invalid-text'],
  ])('refuses %s', (_, value, field, code) => {
    expect(problemOf(value)).toMatchObject({ field, code });
  });

  it.each([22, 10_000])('refuses %d levels', levels => {
    expect(problemOf(nested(levels))).toMatchObject({ code: 'too-deep' });
  });
});
