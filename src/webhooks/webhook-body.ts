import type { SealedPlace } from '../crypto/field-cipher.js';

/** Where a body is sealed: as the UTF-8 text that it is. */
export function bodyPlaceOf(row: { id: string; facilityId: string }): SealedPlace {
  return { table: 'webhook_event', column: 'body_sealed', facilityId: row.facilityId, rowId: row.id };
}
