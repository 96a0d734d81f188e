import { randomUUID } from 'node:crypto';
import type { FieldCipher } from '../../src/crypto/field-cipher.js';
import type { TestHub } from '../support/hub.js';

/** What is put into every sealed column. */
export const PLAIN = 'Testa Sealed';

/** `count` contacts of nothing but a name, written past the API; their ids. */
export async function seedContacts(hub: TestHub, cipher: FieldCipher, facilityId: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const names = ids.map(rowId => cipher.seal(PLAIN, { table: 'contact', column: 'name_sealed', facilityId, rowId }));
  await hub.sql(
    `insert into contact (id, facility_id, name_sealed, needs_review, created_at, updated_at)
     select id, $1, name, false, now(), now() from unnest($2::uuid[], $3::text[]) as given (id, name)`,
    [facilityId, ids, names],
  );
  return ids;
}

/** One row of each table with every sealed column filled; by table its id. */
export async function seedEachColumn(hub: TestHub, cipher: FieldCipher, facilityId: string): Promise<Record<string, string>> {
  const [contactId = ''] = await seedContacts(hub, cipher, facilityId, 1);
  const ids: Record<string, string> = { contact: contactId };
  const idOf = (table: string): string => (ids[table] ??= randomUUID());
  const sealed = (table: string, column: string): string => cipher.seal(PLAIN, { table, column, facilityId, rowId: idOf(table) });
  const details = ['date_of_birth', 'phone', 'raw_phone', 'email', 'gender', 'national_id'].map(name => `${name}_sealed`);
  await hub.sql(`update contact set ${details.map((column, i) => `${column} = $${i + 2}`).join(', ')} where id = $1`, [
    contactId,
    ...details.map(column => sealed('contact', column)),
  ]);
  await hub.sql(
    `insert into channel_address (id, facility_id, channel, address_sealed, address_index, created_at) values ($1, $2, 'viber', $3, 'x', now())`,
    [idOf('channel_address'), facilityId, sealed('channel_address', 'address_sealed')],
  );
  await hub.sql(
    `insert into facility_secret (id, facility_id, kind, value_sealed, created_at) values ($1, $2, 'channel:test:token', $3, now())`,
    [idOf('facility_secret'), facilityId, sealed('facility_secret', 'value_sealed')],
  );
  const pending = { kind: 'cancel', start: null, calendarId: null, since: '2026-01-01T00:00:00.000Z', attemptId: randomUUID() };
  await hub.sql(
    `insert into appointment (id, facility_id, contact_id, status, source, revision, needs_review, reason_sealed, notes_sealed, pending_change, created_at, updated_at)
     values ($1, $2, $3, 'CANCELED', 'platform', 1, false, $4, $5, $6, now(), now())`,
    [
      ...[idOf('appointment'), facilityId, contactId, sealed('appointment', 'reason_sealed'), sealed('appointment', 'notes_sealed')],
      JSON.stringify({ ...pending, reasonSealed: sealed('appointment', 'reason_sealed') }),
    ],
  );
  await hub.sql(
    `insert into appointment_event (id, facility_id, appointment_id, at, type, source, note_sealed) values ($1, $2, $3, now(), 'reviewed', 'platform', $4)`,
    [idOf('appointment_event'), facilityId, idOf('appointment'), sealed('appointment_event', 'note_sealed')],
  );
  const resend = { at: '2026-01-01T00:00:00.000Z', keyId: 'configured', reasonSealed: sealed('notification', 'resends') };
  await hub.sql(
    `insert into notification (id, facility_id, appointment_id, contact_id, occasion, kind, source, revision, status, text_sealed, resends,
       send_after, deadline_at, tried_since, created_at, updated_at)
     values ($1, $2, $3, $4, 'r1', 'booked', 'platform', 1, 'sent', $5, $6, now(), now(), now(), now(), now())`,
    [
      ...[idOf('notification'), facilityId, idOf('appointment'), contactId, sealed('notification', 'text_sealed')],
      JSON.stringify([resend, { ...resend, reasonSealed: null }]),
    ],
  );
  await hub.sql(
    `insert into webhook_event (id, facility_id, identity, body_digest, body_sealed, received_at, deliveries, outcome, flags, changes)
     values ($1, $2, 'x', 'x', $3, now(), 1, 'applied', '{}', '[]')`,
    [idOf('webhook_event'), facilityId, sealed('webhook_event', 'body_sealed')],
  );
  await hub.sql(
    `insert into drift_finding (id, facility_id, fingerprint, kind, external_id, status, first_seen_at, last_seen_at, reason_sealed)
     values ($1, $2, 'x', 'moved', 'x', 'dismissed', now(), now(), $3)`,
    [idOf('drift_finding'), facilityId, sealed('drift_finding', 'reason_sealed')],
  );
  return ids;
}
