import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Decision } from './event-decision-rules.js';

/** Many rows of the inbox in one statement each. Takes part in the caller's transaction. */
@Injectable()
export class WebhookDecisionsRepository {
  /** Of the events those that are not decided yet, locked until the transaction ends. */
  async lockUndecided(em: EntityManager, facilityId: string, ids: readonly string[]): Promise<Set<string>> {
    const rows: { id: string }[] = await em.execute(
      `select id from webhook_event where facility_id = ? and id = any(?::uuid[]) and outcome in ('pending', 'held') order by id for update`,
      [facilityId, `{${ids.join(',')}}`],
    );
    return new Set(rows.map(row => row.id));
  }

  async write(em: EntityManager, decisions: readonly Decision[]): Promise<void> {
    if (decisions.length === 0) return;
    await em.execute(
      `update webhook_event e
       set type = d.type, outcome = d.outcome, reason = d.reason, flags = d.flags, occurred_at = d."occurredAt",
         applied_at = coalesce(e.applied_at, d."appliedAt"), appointment_id = d."appointmentId", contact_id = d."contactId", changes = d.changes, held_until = d."heldUntil",
         look_again_at = d."lookAgainAt"
       from jsonb_to_recordset(?::jsonb) as d (id uuid, type text, outcome text, reason text, flags text[], "occurredAt" timestamptz,
         "appliedAt" timestamptz, "appointmentId" uuid, "contactId" uuid, changes jsonb, "heldUntil" timestamptz, "lookAgainAt" timestamptz)
       where e.id = d.id`,
      [JSON.stringify(decisions)],
    );
  }
}
