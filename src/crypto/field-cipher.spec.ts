import { createSecretKey, randomBytes } from 'node:crypto';
import { FieldCipher, SealBrokenError, type SealedPlace } from './field-cipher.js';

const place: SealedPlace = { table: 'contact', column: 'name_sealed', facilityId: 'facility-1', rowId: 'row-1' };
const key = (id: string): { id: string; key: ReturnType<typeof createSecretKey> } => ({ id, key: createSecretKey(randomBytes(32)) });

describe('FieldCipher', () => {
  const cipher = new FieldCipher([key('k1')]);

  it.each(['Maria Invented', '', 'ñ 漢字 🙂', 'x'.repeat(100_000)])('opens what it sealed', plain => {
    expect(cipher.open(cipher.seal(plain, place), place)).toBe(plain);
  });

  it('opens what another program sealed in this format', () => {
    // AES-256-GCM, iv of twelve ones, over the additional data `2:v12:k17:contact11:name_sealed10:facility-15:row-1`.
    const sealed = 'v1.k1.AQEBAQEBAQEBAQEBIoT6w_GfL5_6FLURTyLmD9_zHjd3vnbj';

    expect(new FieldCipher([{ id: 'k1', key: createSecretKey(Buffer.alloc(32, 7)) }]).open(sealed, place)).toBe('Testa Ñ');
  });

  it('seals into iv, ciphertext and tag, under the key that it names', () => {
    const [format, id, text = '', ...rest] = cipher.seal('secret', place).split('.');

    expect([format, id, rest]).toEqual(['v1', cipher.currentKeyId, []]);
    expect(Buffer.from(text, 'base64url')).toHaveLength(12 + 'secret'.length + 16);
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

  it.each([
    ['', 'it has no known format'],
    ['plain text', 'it has no known format'],
    ['v1.k1', 'it has no known format'],
    ['v1', 'it has no known format'],
    ['v2.k1.AAAA', 'it has no known format'],
    ['v1.k1.AAAA.AAAA', 'it has no known format'],
    ['v1.k1.', 'it is cut short'],
    ['v1.k1.AAAA', 'it is cut short'],
    [`v1.k1.${Buffer.alloc(27).toString('base64url')}`, 'it is cut short'],
    [`v1.k1.${Buffer.alloc(28).toString('base64url')}`, 'it was changed, or belongs to another place'],
    ['v1.k1.AAAA=', 'it is not written as it was sealed'],
    ['v1.k9.AAAA', 'its key "k9" is not in ENCRYPTION_KEYS'],
  ])('refuses %j, which is none of ours, and says where it stands and why', (sealed, why) => {
    const error = new SealBrokenError(place, why);

    expect(error.message).toBe(`The sealed value in contact.name_sealed, row row-1, cannot be opened: ${why}.`);
    expect(error.name).toBe('SealBrokenError');
    expect(() => cipher.open(sealed, place)).toThrow(error);
  });

  it('leaves out what is unknown', () => {
    expect(cipher.sealOptional(null, place)).toBeNull();
    expect(cipher.openOptional(null, place)).toBeNull();
    expect(cipher.openOptional(cipher.sealOptional('', place), place)).toBe('');
  });

  it('cannot be made without a key', () => {
    expect(() => new FieldCipher([])).toThrow('FieldCipher needs at least one key');
  });

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
