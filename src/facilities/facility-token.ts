import { timingSafeEqual } from 'node:crypto';
import type { BlindIndex } from '../crypto/blind-index.js';

const ID_BYTES = 16;
const MAC_BYTES = 16;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** The token of a facility for one purpose, such as `webhook-token`: its id, and a MAC of it. 43 characters of base64url. */
export function facilityToken(index: BlindIndex, purpose: string, facilityId: string): string {
  const id = Buffer.from(facilityId.replaceAll('-', ''), 'hex');
  const mac = Buffer.from(index.digest(facilityId, purpose, facilityId), 'base64url');
  return Buffer.concat([id, mac.subarray(0, MAC_BYTES)]).toString('base64url');
}

/** null: no token that this hub has given out for the purpose. Whether there still is such a facility, it does not tell. */
export function facilityIdOfToken(index: BlindIndex, purpose: string, token: string): string | null {
  if (!TOKEN.test(token)) return null;
  const hex = Buffer.from(token, 'base64url').toString('hex', 0, ID_BYTES);
  const facilityId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return timingSafeEqual(Buffer.from(facilityToken(index, purpose, facilityId)), Buffer.from(token)) ? facilityId : null;
}
