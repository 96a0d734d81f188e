import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { pooledRandomBytes } from '../common/random-pool.js';

/** The place a sealed value belongs to; bound into it, so that it opens nowhere else. */
export interface SealedPlace {
  table: string;
  column: string;
  facilityId: string;
  rowId: string;
}

/** A sealed value is not one of ours, was changed, stands in another place, or its key is gone from the ring. */
export class SealBrokenError extends Error {
  constructor(place: SealedPlace, why: string) {
    super(`The sealed value in ${place.table}.${place.column}, row ${place.rowId}, cannot be opened: ${why}.`);
    this.name = 'SealBrokenError';
  }
}

const FORMAT = 'v1';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM for single fields. A sealed value reads `v1.KEYID.BASE64URL(iv ‖ ciphertext ‖ tag)`, 12-byte random iv,
 * 16-byte tag (NIST SP 800-38D); the additional data is format, key id, table, column, facility and row.
 */
export class FieldCipher {
  private readonly ring: Map<string, KeyObject>;
  private readonly current: { id: string; key: KeyObject };

  /** `keys`: the first seals, all open. */
  constructor(keys: readonly { id: string; key: KeyObject }[]) {
    const [first] = keys;
    if (!first) throw new Error('FieldCipher needs at least one key');
    this.current = first;
    this.ring = new Map(keys.map(k => [k.id, k.key]));
  }

  /** Of the key that seals. */
  get currentKeyId(): string {
    return this.current.id;
  }

  seal(plain: string, place: SealedPlace): string {
    const iv = pooledRandomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.current.key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(additionalData(this.current.id, place));
    const body = Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${FORMAT}.${this.current.id}.${body.toString('base64url')}`;
  }

  /** Throws `SealBrokenError`. */
  open(sealed: string, place: SealedPlace): string {
    const [format, keyId, text, ...rest] = sealed.split('.');
    if (format !== FORMAT || keyId === undefined || text === undefined || rest.length > 0)
      throw new SealBrokenError(place, 'it has no known format');
    const key = this.ring.get(keyId);
    if (!key) throw new SealBrokenError(place, `its key "${keyId}" is not in ENCRYPTION_KEYS`);
    const body = Buffer.from(text, 'base64url');
    // Node skips what is no base64url, and bits after the last byte: other text than was sealed.
    if (body.toString('base64url') !== text) throw new SealBrokenError(place, 'it is not written as it was sealed');
    if (body.length < IV_BYTES + TAG_BYTES) throw new SealBrokenError(place, 'it is cut short');
    const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(additionalData(keyId, place));
    decipher.setAuthTag(body.subarray(body.length - TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(body.subarray(IV_BYTES, body.length - TAG_BYTES)), decipher.final()]).toString('utf8');
    } catch {
      throw new SealBrokenError(place, 'it was changed, or belongs to another place');
    }
  }

  sealOptional(plain: string | null, place: SealedPlace): string | null {
    return plain === null ? null : this.seal(plain, place);
  }

  openOptional(sealed: string | null, place: SealedPlace): string | null {
    return sealed === null ? null : this.open(sealed, place);
  }
}

/** Each part length-prefixed: no two places share a form. */
function additionalData(keyId: string, place: SealedPlace): Buffer {
  const parts = [FORMAT, keyId, place.table, place.column, place.facilityId, place.rowId];
  return Buffer.from(parts.map(p => `${Buffer.byteLength(p)}:${p}`).join(''), 'utf8');
}
