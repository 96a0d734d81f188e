/** A column that holds sealed values, each bound to its row's `id` and `facility_id`. */
export interface SealedColumn {
  table: string;
  column: string;
  /** `json`: a document with sealed values in it, in fields whose names end in `Sealed`. */
  kind: 'text' | 'json';
  /** The column's name as it is bound into the values, where it is another. */
  sealedAs?: string;
}

/**
 * Every column that holds sealed values, and that the hub may write. `audit_entry.reason_sealed` is left out: its rows never change, and
 * their chain is over the sealed text.
 */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  ...textColumns('facility_secret', 'value_sealed'),
  ...textColumns('channel_address', 'address_sealed'),
  ...textColumns('contact', 'name_sealed', 'date_of_birth_sealed', 'phone_sealed', 'raw_phone_sealed'),
  ...textColumns('contact', 'email_sealed', 'gender_sealed', 'national_id_sealed'),
  ...textColumns('appointment', 'reason_sealed', 'notes_sealed'),
  { table: 'appointment', column: 'pending_change', kind: 'json', sealedAs: 'reason_sealed' },
  ...textColumns('appointment_event', 'note_sealed'),
  ...textColumns('notification', 'text_sealed'),
  { table: 'notification', column: 'resends', kind: 'json' },
  ...textColumns('webhook_event', 'body_sealed'),
  ...textColumns('drift_finding', 'reason_sealed'),
];

/** What stays under the key that it was sealed with. */
export const UNCHANGING_COLUMN: SealedColumn = { table: 'audit_entry', column: 'reason_sealed', kind: 'text' };

function textColumns(table: string, ...columns: string[]): SealedColumn[] {
  return columns.map(column => ({ table, column, kind: 'text' }));
}
