import { RandomIds } from './random-ids.js';

describe('RandomIds', () => {
  it('draws the same ids from the same seed, and others from another', () => {
    const draw = (seed: number | string | null) =>
      Array.from({ length: 5 }, (_, index) => index).map(() => new RandomIds(seed).next('apt-'));
    const inARow = (seed: number) => {
      const ids = new RandomIds(seed);
      return [ids.next('apt-'), ids.next('apt-')];
    };

    expect(new Set(draw(7)).size).toBe(1);
    expect(new Set(draw(null)).size).toBe(5);
    expect(inARow(7)).toEqual(inARow(7));
    expect(new Set([...inARow(7), ...inARow(8)]).size).toBe(4);
  });

  it('draws again while an id is taken', () => {
    const taken = new RandomIds(7).next('apt-');

    expect(new RandomIds(7).next('apt-', id => id === taken)).not.toBe(taken);
  });

  it('writes 16 unmistakable characters', () => {
    expect(new RandomIds(null).next('tmp-')).toMatch(/^tmp-[02-9a-hj-km-np-z]{16}$/);
  });
});
