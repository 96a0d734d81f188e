import { stableJson } from './stable-json.js';

describe('stableJson', () => {
  it.each([
    ['names in another order', { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }],
    ['a member that is undefined', { a: 1 }, { a: 1, b: undefined }],
    ['an undefined item, which JSON makes null', [1, null], [1, undefined]],
    ['an instance with the same members', { a: 1 }, Object.assign(Object.create({ x: 1 }), { a: 1 })],
  ])('is the same text for %s', (_, one, other) => {
    expect(stableJson(one)).toBe(stableJson(other));
  });

  it.each([
    ['another order of a list', [1, 2], [2, 1]],
    ['null and left out', { a: null }, {}],
    ['a number and its text', { a: 1 }, { a: '1' }],
    ['an empty list and an empty object', [], {}],
    ['a name that holds a quote', { 'a":1,"b': 2 }, { a: 1, b: 2 }],
    ['nested and flat', { a: { b: 1 } }, { a: 1, b: 1 }],
    ['strings that differ in case', 'A', 'a'],
  ])('differs for %s', (_, one, other) => {
    expect(stableJson(one)).not.toBe(stableJson(other));
  });

  it('writes names in the order of their code units: what was kept of a body is known again by every later version', () => {
    expect(stableJson({ b: [{ d: 1, c: 'x' }], a: null, B: true, '10': 0, '9': 0 })).toBe(
      '{"10":0,"9":0,"B":true,"a":null,"b":[{"c":"x","d":1}]}',
    );
  });

  it.each([[null], [true], ['"é\n'], [{}], [[]], [{ a: [1, { b: null }], __proto__x: 'y' }]])('is JSON that reads back as %j', value => {
    expect(JSON.parse(stableJson(value))).toEqual(value);
  });
});
