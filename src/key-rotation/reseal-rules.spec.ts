import { keyIdOf, replaceSealed } from './reseal-rules.js';

describe('keyIdOf', () => {
  it.each([
    ['v1.k1.AAAA', 'k1'],
    ['v1.2026-11_a.AAAA', '2026-11_a'],
    ['v2.k1.AAAA', null],
    ['v1.AAAA', null],
    ['', null],
  ])('%j was sealed with %j', (sealed, keyId) => {
    expect(keyIdOf(sealed)).toBe(keyId);
  });
});

describe('replaceSealed', () => {
  it.each<[unknown, unknown]>([
    [null, null],
    [
      { kind: 'cancel', reasonSealed: 'a' },
      { kind: 'cancel', reasonSealed: 'A' },
    ],
    [
      [{ at: 'x', reasonSealed: 'a' }, { reasonSealed: null }],
      [{ at: 'x', reasonSealed: 'A' }, { reasonSealed: null }],
    ],
    [
      { deep: { noteSealed: 'n' }, note: 'n' },
      { deep: { noteSealed: 'N' }, note: 'n' },
    ],
    [[], []],
  ])('in %j', (before, after) => {
    expect(replaceSealed(before, sealed => sealed.toUpperCase())).toEqual(after);
  });
});
