import { withSteadyEnums } from './enum-rules.js';

describe('withSteadyEnums', () => {
  it.each([
    ['one of a property', { schema: { enum: ['stale', 'cache', 'live'] } }, { schema: { enum: ['cache', 'live', 'stale'] } }],
    ['one within a list', { anyOf: [{ enum: ['b', 'a'] }, { type: 'null' }] }, { anyOf: [{ enum: ['a', 'b'] }, { type: 'null' }] }],
    ['numbers, which the code puts in order', { enum: [30, 5] }, { enum: [30, 5] }],
    ['a property by that name', { properties: { enum: { enum: ['b', 'a'] } } }, { properties: { enum: { enum: ['a', 'b'] } } }],
    ['other lists', { required: ['b', 'a'], example: null }, { required: ['b', 'a'], example: null }],
  ])('%s', (_case, document, expected) => {
    const before = JSON.stringify(document);
    expect(withSteadyEnums(document)).toEqual(expected);
    expect(JSON.stringify(document)).toBe(before);
  });
});
