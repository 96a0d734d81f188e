import { createHmac, type KeyObject } from 'node:crypto';

/** What may be searched for though it is encrypted. */
export type IndexedField = 'phone' | 'email' | 'national-id' | 'channel-address';

/**
 * Finds equal values without storing them: HMAC-SHA256 (RFC 2104) over facility, field and the normalised value, as
 * base64url. The same value in another facility or field gives another index, so that tables cannot be joined by it.
 */
export class BlindIndex {
  constructor(private readonly key: KeyObject) {}

  of(facilityId: string, field: IndexedField, normalised: string): string {
    return createHmac('sha256', this.key).update(`${facilityId}|${field}|${normalised}`, 'utf8').digest('base64url');
  }

  ofOptional(facilityId: string, field: IndexedField, normalised: string | null): string | null {
    return normalised === null ? null : this.of(facilityId, field, normalised);
  }

  /** Of somebody's address on a channel: for SMS in E.164, else as the channel gives it. */
  ofAddress(facilityId: string, channel: string, address: string): string {
    return this.of(facilityId, 'channel-address', `${channel}|${address}`);
  }

  /** A keyed digest of request bodies, for comparing them without keeping them. */
  digest(facilityId: string, purpose: string, value: string): string {
    return createHmac('sha256', this.key).update(`${facilityId}|digest:${purpose}|${value}`, 'utf8').digest('base64url');
  }
}
