import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { Decision } from './event-decision-rules.js';

const LOCK_UNDECIDED = new PreparedStatement<{ id: string }>(
  'lock-undecided-events',
  `select id from webhook_event where facility_id = any($1::uuid[]) and id = any($2::uuid[]) and outcome in ('pending', 'held') order by id for update`,
);

// The ids once more: they are the way to the rows, whatever the statistics were when it was planned.
const WRITE = new PreparedStatement(
  'write-decisions',
  `update webhook_event e
   set type = d.type, outcome = d.outcome, reason = d.reason, flags = d.flags, occurred_at = d."occurredAt",
     applied_at = coalesce(e.applied_at, d."appliedAt"), appointment_id = d."appointmentId", contact_id = d."contactId", changes = d.changes,
     body_sealed = case when d.reason = 'contact-erased' then null else e.body_sealed end, held_until = d."heldUntil", look_again_at = d."lookAgainAt"
   from json_to_recordset($1::json) as d (id uuid, type text, outcome text, reason text, flags text[], "occurredAt" timestamptz,
     "appliedAt" timestamptz, "appointmentId" uuid, "contactId" uuid, changes jsonb, "heldUntil" timestamptz, "lookAgainAt" timestamptz)
   where e.id = d.id and e.id = any($2::uuid[])`,
);

/** Many rows of the inbox in one statement each. Takes part in the caller's transaction. */
@Injectable()
export class WebhookDecisionsRepository {
  /** Of the events those that are not decided yet, locked until the transaction ends. */
  async lockUndecided(em: EntityManager, facilityIds: readonly string[], ids: readonly string[]): Promise<Set<string>> {
    const rows = await LOCK_UNDECIDED.run(em, [facilityIds, ids]);
    return new Set(rows.map(row => row.id));
  }

  async write(em: EntityManager, decisions: readonly Decision[]): Promise<void> {
    if (decisions.length === 0) return;
    await WRITE.send(em, [JSON.stringify(decisions), decisions.map(({ id }) => id)]);
  }
}
