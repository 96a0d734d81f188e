import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from '../../database/prepared-statement.js';
import type { MessageChannel, ReceiptState } from '../notification-state.js';
import type { LockedTry, ReportedStanding } from './receipt-rules.js';

/** A report as it is stored. */
export interface StoredReceipt {
  id: string;
  facilityId: string;
  identity: string;
  channel: MessageChannel;
  attemptId: string | null;
  providerMessageId: string | null;
  addressIndex: string | null;
  until: Date | null;
  state: ReceiptState;
  code: string | null;
  at: Date;
  receivedAt: Date;
}

/** A report that is looked up, and a try that it is about; null: none is known here. */
export interface LookedUpReceipt {
  id: string;
  facilityId: string;
  receivedAt: Date;
  attemptId: string | null;
  providerMessageId: string | null;
  state: ReceiptState;
  code: string | null;
  at: Date;
}

interface LookedUpRow extends Omit<LookedUpReceipt, 'at' | 'receivedAt'> {
  at: Date | string;
  receivedAt: Date | string;
}

/** As the driver gives it: times may come as text. */
type AsStored<T> = { [K in keyof T]: T[K] extends Date | null ? T[K] | string : T[K] };

/**
 * Tries, then their messages, in the order in which whoever notes an outcome takes them. What another has in hand is left out: nobody waits
 * for many locks here, nor with them.
 */
const LOCK_TRIES = new PreparedStatement<AsStored<LockedTry>>(
  'lock-reported-tries',
  `with tried as materialized (
     select id, facility_id, notification_id, channel, at, provider_message_id, finished_at, outcome, code, delivered_at, read_at, failed_at
     from notification_attempt where id = any($1::uuid[]) order by id for no key update skip locked
   ), message as materialized (
     select id, status, tried_since from notification
     where id = any(array(select notification_id from tried)) order by id for no key update skip locked
   )
   select t.id, t.facility_id as "facilityId", t.notification_id as "notificationId", t.channel, t.at,
     t.provider_message_id as "providerMessageId", t.finished_at as "finishedAt", t.outcome, t.code, t.delivered_at as "deliveredAt",
     t.read_at as "readAt", t.failed_at as "failedAt", m.status, m.tried_since as "triedSince"
   from tried t join message m on m.id = t.notification_id`,
);

/** Of messages that are locked, so that none is added. */
const LAST_TRIES = new PreparedStatement<{ id: string }>(
  'last-tries',
  `select last.id from notification n cross join lateral (
     select a.id from notification_attempt a where a.facility_id = n.facility_id and a.notification_id = n.id order by a.id desc limit 1
   ) last where n.id = any($1::uuid[])`,
);

const WRITE_REPORTED = new PreparedStatement(
  'write-reported',
  `with tried as (
     update notification_attempt a
     set outcome = r.outcome, code = r.code, delivered_at = r."deliveredAt", read_at = r."readAt", failed_at = r."failedAt",
       provider_message_id = r."providerMessageId", finished_at = r."finishedAt"
     from jsonb_to_recordset($1::jsonb) as r (id uuid, outcome text, code text, "deliveredAt" timestamptz, "readAt" timestamptz,
       "failedAt" timestamptz, "providerMessageId" text, "finishedAt" timestamptz)
     where a.id = r.id
   ), told as (
     update notification n
     set status = r.status, verdict = r.verdict, send_after = coalesce(r."sendAfter", n.send_after), lease_until = null, updated_at = $3
     from jsonb_to_recordset($2::jsonb) as r (id uuid, status text, verdict text, "sendAfter" timestamptz)
     where n.id = r.id
   )
   update notification_receipt set applied_at = $3 where id = any($4::uuid[])`,
);

/** SQL for `DueLooks`: `lookUp` would find some. */
export const IS_RECEIPT_OPEN = `exists (select from notification_receipt where applied_at is null and try_after <= $1)`;

@Injectable()
export class ReceiptRepository {
  constructor(private readonly em: EntityManager) {}

  /** A report that is there already stays as it is. */
  async insert(rows: readonly StoredReceipt[]): Promise<void> {
    if (rows.length === 0) return;
    await this.em.execute(
      `insert into notification_receipt (id, facility_id, identity, channel, attempt_id, provider_message_id, address_index, until, state, code,
         at, received_at, try_after)
       select id, "facilityId", identity, channel, "attemptId", "providerMessageId", "addressIndex", until, state, code, at, "receivedAt", "receivedAt"
       from jsonb_to_recordset(?::jsonb) as given (id uuid, "facilityId" uuid, identity text, channel text, "attemptId" uuid,
         "providerMessageId" text, "addressIndex" text, until timestamptz, state text, code text, at timestamptz, "receivedAt" timestamptz)
       on conflict (facility_id, identity) do nothing`,
      [JSON.stringify(rows)],
    );
  }

  /**
   * Looks up at most `limit` reports whose turn it is, with the tries they are about: each of a watermark's. Each is looked up again after
   * as long as it has waited (0.5 s to 1 min), so that those about nothing known here stand in nobody's way.
   */
  async lookUp(now: Date, limit: number): Promise<LookedUpReceipt[]> {
    const rows = await this.em.execute<LookedUpRow[]>(
      `with due as (
         select id from notification_receipt where applied_at is null and try_after <= ? order by try_after limit ? for update skip locked
       ), open as (
         update notification_receipt r
         set try_after = ?::timestamptz + least(greatest(?::timestamptz - r.received_at, interval '500 milliseconds'), interval '1 minute')
         from due where r.id = due.id returning r.*
       )
       select r.id, r.facility_id as "facilityId", r.received_at as "receivedAt", a.id as "attemptId",
         r.provider_message_id as "providerMessageId", r.state, r.code, r.at
       from open r left join lateral (
         select id from notification_attempt where id = r.attempt_id and facility_id = r.facility_id
         union
         select id from notification_attempt
         where facility_id = r.facility_id and channel = r.channel and provider_message_id = r.provider_message_id
         union
         select id from notification_attempt
         where facility_id = r.facility_id and address_index = r.address_index and channel = r.channel and at <= r.until
           and at > r.until - interval '30 days' and outcome = 'accepted'
       ) a on true
       order by r.received_at, r.id`,
      [now, limit, now, now],
    );
    return rows.map(row => ({ ...row, at: new Date(row.at), receivedAt: new Date(row.receivedAt) }));
  }

  /** Those of the tries that nobody has in hand, nor their messages; locked until the transaction of `em` ends. */
  async lockTries(em: EntityManager, ids: readonly string[]): Promise<LockedTry[]> {
    const rows = await LOCK_TRIES.run(em, [ids]);
    const timeOf = (time: Date | string | null): Date | null => (time === null ? null : new Date(time));
    return rows.map(row => ({
      ...row,
      at: new Date(row.at),
      triedSince: new Date(row.triedSince),
      finishedAt: timeOf(row.finishedAt),
      deliveredAt: timeOf(row.deliveredAt),
      readAt: timeOf(row.readAt),
      failedAt: timeOf(row.failedAt),
    }));
  }

  /** Of each message the last of its tries. */
  async lastTries(em: EntityManager, notificationIds: readonly string[]): Promise<Set<string>> {
    return new Set((await LAST_TRIES.run(em, [notificationIds])).map(({ id }) => id));
  }

  /** What reports made of tries and messages, and the reports that are applied with that. */
  async write(
    em: EntityManager,
    { tries, messages, applied }: { tries: readonly LockedTry[]; messages: readonly ReportedStanding[]; applied: readonly string[] },
    now: Date,
  ): Promise<void> {
    await WRITE_REPORTED.run(em, [JSON.stringify(tries), JSON.stringify(messages), now, applied]);
  }

  /** At most `limit` that are closed and were received before; how many it were. */
  async removeClosed(receivedBefore: Date, limit: number): Promise<number> {
    const rows = await this.em.execute<object[]>(
      `delete from notification_receipt where id in (
         select id from notification_receipt where applied_at is not null and received_at < ? limit ? for update skip locked
       ) returning 1`,
      [receivedBefore, limit],
    );
    return rows.length;
  }
}
