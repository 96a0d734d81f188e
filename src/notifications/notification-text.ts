import type { SealedPlace } from '../crypto/field-cipher.js';

/** Where a message's text is sealed. */
export function textPlaceOf(row: { id: string; facilityId: string }): SealedPlace {
  return { table: 'notification', column: 'text_sealed', facilityId: row.facilityId, rowId: row.id };
}

/** Where the reasons of its resends are sealed. */
export function reasonPlaceOf(row: { id: string; facilityId: string }): SealedPlace {
  return { table: 'notification', column: 'resends', facilityId: row.facilityId, rowId: row.id };
}
