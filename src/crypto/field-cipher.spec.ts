import { createSecretKey, randomBytes } from 'node:crypto';
import { FieldCipher, SealBrokenError, type SealedPlace } from './field-cipher.js';

const place: SealedPlace = { table: 'contact', column: 'name_sealed', facilityId: 'facility-1', rowId: 'row-1' };
const key = (id: string): { id: string; key: ReturnType<typeof createSecretKey> } => ({ id, key: createSecretKey(randomBytes(32)) });

describe('FieldCipher', () => {
  const cipher = new FieldCipher([key('k1')]);

  it.each(['Maria Invented', '', 'ñ 漢字 🙂', 'x'.repeat(100_000)])('opens what it sealed', plain => {
    expect(cipher.open(cipher.seal(plain, place), place)).toBe(plain);
  });

  it('never seals the same value to the same text, however often', () => {
    const sealed = Array.from({ length: 1_000 }, () => cipher.seal('same', place));

    expect(new Set(sealed).size).toBe(1_000);
  });

  it.each([{ table: 'appointment' }, { column: 'email_sealed' }, { facilityId: 'facility-2' }, { rowId: 'row-2' }])(
    'refuses a value moved to another place: %o',
    moved => {
      const sealed = cipher.seal('secret', place);

      expect(() => cipher.open(sealed, { ...place, ...moved })).toThrow(SealBrokenError);
    },
  );

  it('detects every flipped bit', () => {
    const sealed = cipher.seal('secret', place);
    const [format, id, text = ''] = sealed.split('.');
    const body = Buffer.from(text, 'base64url');

    for (let bit = 0; bit < body.length * 8; bit++) {
      const broken = Buffer.from(body);
      broken.writeUInt8(broken.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => cipher.open(`${format}.${id}.${broken.toString('base64url')}`, place)).toThrow(SealBrokenError);
    }
  });

  it.each(['', 'plain text', 'v1.k1', 'v1.k1.', 'v1.k1.AAAA', 'v2.k1.AAAA', 'v1.k1.AAAA.AAAA'])(
    'refuses %j, which is none of ours',
    sealed => {
      expect(() => cipher.open(sealed, place)).toThrow(SealBrokenError);
    },
  );

  it('opens with an older key of the ring, seals with the first, and names a key that is gone', () => {
    const old = key('k1');
    const next = key('k2');
    const sealed = new FieldCipher([old]).seal('kept', place);

    const both = new FieldCipher([next, old]);

    expect(both.open(sealed, place)).toBe('kept');
    expect(both.seal('new', place)).toMatch(/^v1\.k2\./);
    expect(() => new FieldCipher([next]).open(sealed, place)).toThrow('its key "k1" is not in ENCRYPTION_KEYS');
  });
});
