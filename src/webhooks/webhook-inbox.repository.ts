import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { EarlierBody, InboxEntry, InboxRow } from './inbox-batch-rules.js';

/** What became of an entry, in the order of the entries. */
export interface StoredEntry {
  id: string;
  isNew: boolean;
}

const WRITE = new PreparedStatement<{ id: string; facility_id: string; identity: string; body_digest: string }>(
  'write-webhook-events',
  `insert into webhook_event (id, facility_id, identity, body_digest, body_sealed, received_at, deliveries, outcome, flags, changes,
     traceparent)
   select r.id, r.facility_id, r.identity, r.body_digest, r.body_sealed, r.received_at, r.deliveries, 'pending',
     case when exists (
       select 1 from webhook_event e
       where e.facility_id = r.facility_id and e.identity = r.identity and e.body_digest <> r.body_digest
     ) and not 'id-reused' = any(r.flags) then r.flags || '{id-reused}'::text[] else r.flags end, '[]', r.traceparent
   from json_to_recordset($1::json) as r(id uuid, facility_id uuid, identity text, body_digest text, body_sealed text,
     received_at timestamptz, deliveries int, flags text[], traceparent text)
   on conflict (facility_id, identity, body_digest) do update set deliveries = webhook_event.deliveries + excluded.deliveries
   returning id, facility_id, identity, body_digest`,
);

/** The inbox's own statements: many rows each, of any facility, always in the transaction of the `em` given. */
@Injectable()
export class WebhookInboxRepository {
  /** The last row of each of these bodies, for those that came before: `body:…`, else the last of `body:…#2`, `body:…#3`, …. */
  async findEarlierBodies(em: EntityManager, rows: readonly InboxRow[]): Promise<EarlierBody[]> {
    const wanted = rows.map(row => ({ facility_id: row.facilityId, identity: row.identity, body_digest: row.bodyDigest }));
    return em.execute<EarlierBody[]>(
      `with recursive wanted as (
         select distinct * from json_to_recordset(?::json) as w(facility_id uuid, identity text, body_digest text)
       ), chain as (
         select w.*, e.id, e.appointment_id, e.occurred_at, e.flags, 1 as count
         from wanted w join webhook_event e using (facility_id, identity, body_digest)
         union all
         select c.facility_id, c.identity, c.body_digest, e.id, e.appointment_id, e.occurred_at, e.flags, c.count + 1
         from chain c join webhook_event e
           on e.facility_id = c.facility_id and e.identity = c.identity || '#' || (c.count + 1) and e.body_digest = c.body_digest
       ), last as (
         select distinct on (facility_id, identity, body_digest) * from chain order by facility_id, identity, body_digest, count desc
       )
       select l.facility_id as "facilityId", l.identity, l.body_digest as "bodyDigest", l.count,
         (l.occurred_at is null or 'approximate' = any(l.flags)) and exists (
           select 1 from webhook_event e
           where e.facility_id = l.facility_id and e.appointment_id = l.appointment_id and e.id > l.id
             and (e.outcome = 'applied' or e.reason = 'echo')
         ) as "isOvertaken"
       from last l`,
      [JSON.stringify(wanted)],
    );
  }

  /**
   * Writes new rows, and counts the deliveries of those that are there already. The same id with other bytes is flagged. In a
   * `sendingTransaction` not to be awaited before it is over.
   */
  async write(em: EntityManager, entries: readonly InboxEntry<InboxRow>[]): Promise<StoredEntry[]> {
    const rows = entries.map(({ identity, flags, deliveries: [first, ...others] }) => ({
      id: first.id,
      facility_id: first.facilityId,
      identity,
      body_digest: first.bodyDigest,
      body_sealed: first.bodySealed,
      received_at: first.receivedAt,
      deliveries: others.length + 1,
      flags,
      traceparent: first.traceparent,
    }));
    const stored = await WRITE.ask(em, [JSON.stringify(rows)]);
    const byKey = new Map(stored.map(row => [`${row.facility_id}|${row.identity}|${row.body_digest}`, row]));
    return rows.map(row => {
      const found = byKey.get(`${row.facility_id}|${row.identity}|${row.body_digest}`);
      if (!found) throw new Error(`The webhook event ${row.id} was not stored`);
      // Of a row that was there already the id is its own. PostgreSQL's `xmax`, which would tell it too, partitioned tables do not show.
      return { id: found.id, isNew: found.id === row.id };
    });
  }
}
