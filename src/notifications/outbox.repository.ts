import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Clock } from '../common/clock.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { SendOutcome } from './channels/channel-client.js';
import type { MessageChannel, NotificationKind, NotificationSource, NotificationStatus } from './notification-state.js';
import type { SendingTrace } from './notification.entity.js';
import { MOST_OF_FACILITY, type BusyProviders } from './provider-slots.js';
import type { Verdict } from './verdict.js';

/** A row of the ledger to be written. */
export interface NewNotification {
  id: string;
  facilityId: string;
  appointmentId: string;
  contactId: string;
  occasion: string;
  kind: NotificationKind;
  source: NotificationSource;
  revision: number;
  sendAfter: Date;
  deadlineAt: Date;
  /** null: nothing is traced. */
  traceparent: string | null;
  now: Date;
}

/** A row that this process has in hand, until `leaseUntil`. */
export interface ClaimedNotification {
  id: string;
  facilityId: string;
  appointmentId: string;
  occasion: string;
  kind: NotificationKind;
  source: NotificationSource;
  revision: number;
  claim: number;
  triedSince: Date;
  traceparent: string | null;
}

/** What becomes of a claimed row, and the try that is about to be made. */
export interface Preparation {
  id: string;
  claim: number;
  status: NotificationStatus;
  verdict: Verdict;
  channel: MessageChannel | null;
  locale: string | null;
  textSealed: string | null;
  /** null: as it is. */
  trace: SendingTrace | null;
  /** null: as it is. */
  sendAfter: Date | null;
  leaseUntil: Date | null;
  attempt: { id: string; channel: MessageChannel; addressIndex: string | null; account: string | null } | null;
  /** What the try takes of the facility's SMS of that day; null: nothing that counts. */
  spent: { day: string; segments: number } | null;
}

/** What came of a try, and where its message stands now. */
export interface RecordedOutcome {
  notificationId: string;
  claim: number;
  attemptId: string;
  outcome: SendOutcome;
  status: NotificationStatus;
  verdict: Verdict;
  /** When to go on; null: as it is. */
  sendAfter: Date | null;
  leaseUntil: Date | null;
  now: Date;
}

const INSERT = new PreparedStatement(
  'insert-notifications',
  `insert into notification (id, facility_id, appointment_id, contact_id, occasion, kind, source, revision, status, send_after, deadline_at,
     tried_since, created_at, updated_at, traceparent)
   select id, "facilityId", "appointmentId", "contactId", occasion, kind, source, revision, 'expected', "sendAfter", "deadlineAt", now, now, now, traceparent
   from jsonb_to_recordset($1::jsonb) as given (id uuid, "facilityId" uuid, "appointmentId" uuid, "contactId" uuid, occasion text, kind text,
     source text, revision int, "sendAfter" timestamptz, "deadlineAt" timestamptz, now timestamptz, traceparent text)
   on conflict (facility_id, appointment_id, occasion) do nothing`,
);

/** SQL for `DueLooks`: there is a message whose time has come. */
export const IS_MESSAGE_DUE = `exists (select from notification where status = 'expected' and send_after <= $1)`;
/** Likewise: one was in somebody's hand for too long, or its unknown outcome is to be looked at again. */
export const IS_MESSAGE_LEFT = `exists (select from notification where status = 'sending' and lease_until <= $1)`;

const CLAIMED = `id, facility_id as "facilityId", appointment_id as "appointmentId", occasion, kind, source, revision, claim,
  tried_since as "triedSince", traceparent`;

/**
 * `$4`: `facility|channel`, and `$5`: channels, of those that take no more at the moment; `$6`: how many of each `facility|channel` are
 * taken at most, `$7`: where it does not say. Many due messages of one facility hide no other's: it is busy in the next round.
 */
const CLAIM_DUE = new PreparedStatement<ClaimedRow>(
  'claim-due-notifications',
  `with due as (
     select id, facility_id, channel, send_after from notification
     where status = 'expected' and send_after <= $1
       and (channel is null or (facility_id::text || '|' || channel) <> all($4::text[]) and channel <> all($5::text[]))
     order by send_after limit $3 * 4
   ), placed as (
     select id, coalesce(($6::jsonb ->> (facility_id::text || '|' || channel))::int, $7) as room,
       row_number() over (partition by facility_id, channel order by send_after) as place
     from due
   )
   update notification set status = 'sending', claim = claim + 1, lease_until = $2, updated_at = $1
   where id in (
     select n.id from placed join notification n on n.id = placed.id
     where place <= room and n.status = 'expected' and n.send_after <= $1
     order by n.send_after limit $3 for no key update of n skip locked
   ) returning ${CLAIMED}`,
);

const CLAIM_LEFT = new PreparedStatement<ClaimedRow>(
  'claim-left-notifications',
  `update notification set claim = claim + 1, lease_until = $2, updated_at = $1
   where id in (
     select id from notification where status = 'sending' and lease_until <= $1
     order by lease_until limit $3 for no key update skip locked
   ) returning ${CLAIMED}`,
);

/**
 * `$3`: this very moment. Whoever was stopped for longer than they had the row in hand may have been passed by a later message of the same
 * appointment: what they know is old, and they send nothing, though nobody else has taken the row yet.
 */
const PREPARE = new PreparedStatement<{ id: string }>(
  'prepare-notifications',
  `with decided as (
     select * from jsonb_to_recordset($1::jsonb) as d (id uuid, claim int, status text, verdict text, channel text, locale text,
       "textSealed" text, trace jsonb, "sendAfter" timestamptz, "leaseUntil" timestamptz, "attemptId" uuid, "addressIndex" text,
       account text, day date, segments int)
   ), moved as (
     update notification n
     set status = d.status, verdict = d.verdict, channel = coalesce(d.channel, n.channel), locale = coalesce(d.locale, n.locale),
       text_sealed = coalesce(d."textSealed", n.text_sealed), trace = coalesce(nullif(d.trace, 'null'), n.trace), send_after = coalesce(d."sendAfter", n.send_after),
       lease_until = d."leaseUntil", updated_at = $2
     from decided d
     where n.id = d.id and n.claim = d.claim and n.status = 'sending' and (d."attemptId" is null or n.lease_until > $3 and not exists (
       select from notification later
       where later.facility_id = n.facility_id and later.appointment_id = n.appointment_id and n.kind <> 'reminder'
         and later.kind <> 'reminder' and later.revision > n.revision and later.status not in ('expected', 'superseded', 'suppressed')
         and exists (select from notification_attempt a where a.facility_id = later.facility_id and a.notification_id = later.id)
     ))
     returning n.id, n.facility_id
   ), tried as (
     insert into notification_attempt (id, facility_id, notification_id, at, channel, address_index, account)
     select d."attemptId", moved.facility_id, moved.id, $2, d.channel, d."addressIndex", d.account
     from moved join decided d on d.id = moved.id where d."attemptId" is not null
   ), spent as (
     insert into sms_spend as kept (facility_id, day, segments)
     select moved.facility_id, d.day, sum(d.segments) from moved join decided d on d.id = moved.id where d.day is not null group by 1, 2
     on conflict (facility_id, day) do update set segments = kept.segments + excluded.segments
   )
   select id from moved`,
);

/**
 * A try whose outcome was given up as unknown may still be told by whoever made it, unless there was another one since. The ids once more:
 * they are the way to the rows, whatever the statistics were when it was planned.
 */
const RECORD = new PreparedStatement<{ id: string }>(
  'record-notification-outcome',
  `with told as (
     select * from json_to_recordset($1::json) as t ("notificationId" uuid, claim int, "attemptId" uuid, outcome text, code text,
       "providerCode" text, "httpStatus" int, "providerMessageId" text, segments int, status text, verdict text, "sendAfter" timestamptz,
       "leaseUntil" timestamptz, now timestamptz)
   ), tried as (
     update notification_attempt a
     set finished_at = t.now, outcome = t.outcome, code = t.code, provider_code = t."providerCode", http_status = t."httpStatus",
       provider_message_id = t."providerMessageId", segments = t.segments
     from told t
     where a.id = t."attemptId" and a.id = any($2::uuid[]) and (a.outcome is null or a.outcome = 'unknown')
     returning a.id
   ), moved as (
     update notification n
     set status = t.status, verdict = t.verdict, send_after = coalesce(t."sendAfter", n.send_after), lease_until = t."leaseUntil",
       updated_at = t.now
     from told t join tried on tried.id = t."attemptId"
     where n.id = t."notificationId" and n.id = any($3::uuid[]) and n.status = 'sending' and (
       n.claim = t.claim or n.verdict = 'outcome-unknown' and not exists (
         select from notification_attempt later
         where later.facility_id = n.facility_id and later.notification_id = n.id and later.id > t."attemptId"
       )
     )
   )
   select id from tried`,
);

interface ClaimedRow extends Omit<ClaimedNotification, 'triedSince'> {
  triedSince: Date | string;
}

/** The ledger as an outbox: rows are written with the change, taken in hand by one process at a time, and moved on. */
@Injectable()
export class OutboxRepository {
  constructor(private readonly clock: Clock) {}

  async insert(em: EntityManager, rows: readonly NewNotification[]): Promise<void> {
    await INSERT.send(em, [JSON.stringify(rows)]);
  }

  /** Takes at most `limit` rows whose time has come, oldest first; what has no room waits. */
  async claimDue(em: EntityManager, now: Date, leaseUntil: Date, limit: number, busy: BusyProviders): Promise<ClaimedNotification[]> {
    return (
      await CLAIM_DUE.run(em, [now, leaseUntil, limit, busy.facilities, busy.channels, JSON.stringify(busy.room), MOST_OF_FACILITY])
    ).map(claimedOf);
  }

  /** Takes at most `limit` rows that were in somebody's hand for too long, or whose unknown outcome is to be looked at again. */
  async claimLeft(em: EntityManager, now: Date, leaseUntil: Date, limit: number): Promise<ClaimedNotification[]> {
    return (await CLAIM_LEFT.run(em, [now, leaseUntil, limit])).map(claimedOf);
  }

  /** Moves claimed rows on and writes the tries that are about to be made. The ids of those that were still this process's. */
  async prepare(em: EntityManager, rows: readonly Preparation[], now: Date): Promise<Set<string>> {
    if (rows.length === 0) return new Set();
    const flat = rows.map(({ attempt, spent, ...row }) => ({
      ...row,
      ...spent,
      attemptId: attempt?.id,
      addressIndex: attempt?.addressIndex,
      account: attempt?.account,
    }));
    return new Set((await PREPARE.run(em, [JSON.stringify(flat), now, this.clock.now()])).map(({ id }) => id));
  }

  /**
   * What came of tries, of different messages, in any case; a message stays where somebody else has moved it meanwhile. Of those tries that there
   * are, and whose outcome was to be told, the ids.
   */
  async record(em: EntityManager, recorded: readonly RecordedOutcome[]): Promise<Set<string>> {
    const told = recorded.map(({ outcome, ...row }) => {
      const isAccepted = outcome.outcome === 'accepted';
      return {
        ...row,
        outcome: outcome.outcome,
        code: isAccepted ? null : outcome.code,
        providerCode: isAccepted ? null : outcome.providerCode,
        httpStatus: outcome.httpStatus,
        providerMessageId: isAccepted ? outcome.providerMessageId : null,
        segments: isAccepted ? outcome.segments : null,
      };
    });
    const ids = [told.map(row => row.attemptId), told.map(row => row.notificationId)];
    return new Set((await RECORD.run(em, [JSON.stringify(told), ...ids])).map(({ id }) => id));
  }
}

function claimedOf(row: ClaimedRow): ClaimedNotification {
  return { ...row, triedSince: new Date(row.triedSince) };
}
