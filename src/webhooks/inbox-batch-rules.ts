import type { WebhookFlag } from './webhook-event-state.js';

/** A delivery, ready to be stored as a row of its own. */
export interface InboxRow {
  id: string;
  facilityId: string;
  identity: string;
  /** The identity is the body's digest: the event has no id of its own. */
  isFromBytes: boolean;
  bodyDigest: string;
  bodySealed: string;
  receivedAt: Date;
  /** Of the delivery, for whatever is done with the event later; null: nothing is traced. */
  traceparent: string | null;
}

/** What the inbox already holds of an event without an id: the last row of these bytes. */
export interface EarlierBody {
  facilityId: string;
  /** `body:…`, of the first of them. */
  identity: string;
  bodyDigest: string;
  /** 1: the first; 2: its first repeat. */
  count: number;
  /** It names no time, and another event of its appointment was applied since, or was the echo of a change of ours. */
  isOvertaken: boolean;
}

/** One row to write, and whose deliveries it stands for: the first of them is the row's own. */
export interface InboxEntry<T extends InboxRow> {
  identity: string;
  flags: WebhookFlag[];
  deliveries: [T, ...T[]];
}

/** Tells bodies apart. */
export function bodyKey({ facilityId, identity, bodyDigest }: Pick<InboxRow, 'facilityId' | 'identity' | 'bodyDigest'>): string {
  return `${facilityId}|${bodyDigest}|${identity}`;
}

/**
 * The rows that a batch of deliveries makes: one for the same event, however often it is in the batch. A body without id and time
 * that came before is the same event, unless the appointment has changed since, as another event of it tells: then it is one
 * more, `body:…#2`. Sorted, so that two transactions never wait for each other in a circle.
 */
export function entriesOf<T extends InboxRow>(rows: readonly T[], earlier: ReadonlyMap<string, EarlierBody>): InboxEntry<T>[] {
  const entries = new Map<string, InboxEntry<T>>();
  const digests = new Map<string, string>();
  for (const row of rows) {
    const { identity, flags } = identityAmong(row, earlier);
    const key = bodyKey({ ...row, identity });
    const known = entries.get(key);
    if (known) {
      known.deliveries.push(row);
      continue;
    }
    const event = `${row.facilityId}|${identity}`;
    const isReused = (digests.get(event) ?? row.bodyDigest) !== row.bodyDigest;
    digests.set(event, row.bodyDigest);
    entries.set(key, { identity, flags: isReused ? [...flags, 'id-reused'] : flags, deliveries: [row] });
  }
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

function identityAmong(row: InboxRow, earlier: ReadonlyMap<string, EarlierBody>): { identity: string; flags: WebhookFlag[] } {
  const before = row.isFromBytes ? earlier.get(bodyKey(row)) : undefined;
  if (!before) return { identity: row.identity, flags: [] };
  if (before.isOvertaken) return { identity: `${row.identity}#${before.count + 1}`, flags: ['repeated'] };
  return { identity: before.count === 1 ? row.identity : `${row.identity}#${before.count}`, flags: [] };
}
