import { flatten, ValidationFailedError } from './validation.pipe.js';

describe('flatten', () => {
  it('lists the tree with paths, codes and sentences', () => {
    const tree = [
      { property: 'name', constraints: { isString: 'name must be a string' } },
      {
        property: 'policies',
        children: [{ property: 'cancel', children: [{ property: 'mode', constraints: { isIn: 'mode must be one of: a, b.' } }] }],
      },
      {
        property: 'scheduler',
        children: [{ property: 'colour', constraints: { whitelistValidation: 'property colour should not exist' } }],
      },
      { property: 'channels', children: [{ property: '0', children: [{ property: 'address', constraints: { matches: 'is wrong' } }] }] },
    ];

    expect(flatten(tree, '')).toEqual([
      { field: 'name', code: 'is-string', message: 'name must be a string.' },
      { field: 'policies.cancel.mode', code: 'is-in', message: 'policies.cancel.mode must be one of: a, b.' },
      { field: 'scheduler.colour', code: 'unknown-field', message: 'scheduler.colour is not a field of this request.' },
      { field: 'channels.0.address', code: 'matches', message: 'is wrong.' },
    ]);
  });

  it.each([
    ['is-string', { isLength: 'x must be short', matches: 'x is wrong', isString: 'x must be a string' }],
    ['is-int', { min: 'x must not be less than 1', isInt: 'x must be an integer number' }],
    ['unknown-field', { isString: 'x must be a string', whitelistValidation: 'property x should not exist' }],
    ['matches', { matches: 'x is wrong', isLength: 'x must be short' }],
  ])('names one mistake of a field, %s of %j', (code, constraints) => {
    expect(flatten([{ property: 'x', constraints }], '')).toMatchObject([{ field: 'x', code }]);
  });
});

describe('ValidationFailedError', () => {
  it('tells the first five in its sentence, and all as fields', () => {
    const errors = Array.from({ length: 7 }, (_, i) => ({ field: `f${i}`, code: 'x', message: `f${i} is wrong.` }));

    const error = new ValidationFailedError(errors);

    expect(error.message).toBe('f0 is wrong. f1 is wrong. f2 is wrong. f3 is wrong. f4 is wrong.');
    expect(error.errors).toHaveLength(7);
  });
});
