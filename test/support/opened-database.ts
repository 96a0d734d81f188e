import { FieldCipher } from '../../src/crypto/field-cipher.js';
import { SEALED_COLUMNS } from '../../src/key-rotation/sealed-columns.js';
import type { TestHub } from './hub.js';
import { wholeDatabase } from './whole-database.js';

/** All that the database holds, as text: as it stands, and all that can be opened of it. */
export async function openedDatabase(hub: TestHub): Promise<string> {
  const cipher = new FieldCipher(hub.config.encryptionKeys);
  const opened: string[] = [];
  for (const { table, column, sealedAs } of SEALED_COLUMNS) {
    const rows = await hub.sql<{ id: string; facility_id: string; value: string }>(
      `select id, facility_id, ${column}::text as value from ${table} where ${column} is not null`,
    );
    for (const { id, facility_id: facilityId, value } of rows) {
      for (const [sealed] of value.matchAll(/v1\.[\w-]{1,16}\.[\w-]+/g))
        opened.push(cipher.open(sealed, { table, column: sealedAs ?? column, facilityId, rowId: id }));
    }
  }
  return [await wholeDatabase(hub.databaseUrl), ...opened].join('\n');
}
