import { createSecretKey, randomBytes } from 'node:crypto';
import { FieldCipher, SealBrokenError, type SealedPlace } from '../crypto/field-cipher.js';
import { SEALED_COLUMNS, UNCHANGING_COLUMN } from './sealed-columns.js';

const key = (id: string): { id: string; key: ReturnType<typeof createSecretKey> } => ({ id, key: createSecretKey(randomBytes(32)) });
const cipher = new FieldCipher([key('k1'), key('k2')]);

/** Each column, in two rows of each of two facilities. */
const PLACES: SealedPlace[] = [...SEALED_COLUMNS, UNCHANGING_COLUMN]
  .filter(({ kind, sealedAs }) => kind === 'text' || sealedAs === undefined)
  .flatMap(({ table, column }) =>
    ['facility-1', 'facility-2'].flatMap(facilityId => ['row-1', 'row-2'].map(rowId => ({ table, column, facilityId, rowId }))),
  );

const isRefused = (sealed: string, place: SealedPlace): boolean => {
  try {
    cipher.open(sealed, place);
    return false;
  } catch (error) {
    return error instanceof SealBrokenError;
  }
};

describe('A sealed value that somebody has tampered with', () => {
  it('opens in no other row, column, table or facility than its own', () => {
    const wrong = PLACES.flatMap((own, from) => {
      const sealed = cipher.seal('Testa Sealed', own);
      return PLACES.flatMap((place, to) => (isRefused(sealed, place) === (from !== to) ? [] : [[own, place]]));
    });

    expect(PLACES.length).toBeGreaterThan(60);
    expect(wrong).toEqual([]);
  });

  const [place] = PLACES as [SealedPlace];
  const sealed = cipher.seal('Testa Sealed', place);
  const characters = [...sealed];
  const others = (character: string): string[] => [...'.-_AZaz09='].filter(each => each !== character);

  it('opens with no character of it changed, wherever', () => {
    const open = characters.flatMap((character, at) =>
      others(character).filter(other => !isRefused(sealed.slice(0, at) + other + sealed.slice(at + 1), place)),
    );

    expect(open).toEqual([]);
  });

  it('opens with no bit of it flipped, wherever', () => {
    const bytes = Buffer.from(sealed, 'latin1');
    const open = Array.from({ length: bytes.length * 8 }, (_, bit) => bit).filter(bit => {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      return !isRefused(flipped.toString('latin1'), place);
    });

    expect(open).toEqual([]);
  });

  it('opens at no other length', () => {
    const cut = characters.map((_, length) => sealed.slice(0, length));
    const grown = [...'A.= \n'].flatMap(more => [sealed + more, more + sealed]);

    expect([...cut, ...grown].filter(each => !isRefused(each, place))).toEqual([]);
  });

  it.each(['k2', 'k3', '', 'K1'])('opens with no other key named: %j', id => {
    expect(isRefused(sealed.replace('v1.k1.', `v1.${id}.`), place)).toBe(true);
  });
});
