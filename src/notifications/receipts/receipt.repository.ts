import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { MessageChannel, ReceiptState } from '../notification-state.js';

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
  notificationId: string | null;
  providerMessageId: string | null;
  state: ReceiptState;
  code: string | null;
  at: Date;
}

interface LookedUpRow extends Omit<LookedUpReceipt, 'at' | 'receivedAt'> {
  at: Date | string;
  receivedAt: Date | string;
}

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
       select r.id, r.facility_id as "facilityId", r.received_at as "receivedAt", a.id as "attemptId", a.notification_id as "notificationId",
         r.provider_message_id as "providerMessageId", r.state, r.code, r.at
       from open r left join lateral (
         select id, notification_id from notification_attempt where id = r.attempt_id and facility_id = r.facility_id
         union
         select id, notification_id from notification_attempt
         where facility_id = r.facility_id and channel = r.channel and provider_message_id = r.provider_message_id
         union
         select id, notification_id from notification_attempt
         where facility_id = r.facility_id and address_index = r.address_index and channel = r.channel and at <= r.until
           and at > r.until - interval '30 days' and outcome = 'accepted'
       ) a on true
       order by r.received_at, r.id`,
      [now, limit, now, now],
    );
    return rows.map(row => ({ ...row, at: new Date(row.at), receivedAt: new Date(row.receivedAt) }));
  }

  async close(ids: readonly string[], now: Date): Promise<void> {
    if (ids.length === 0) return;
    await this.em.execute(`update notification_receipt set applied_at = ? where id = any(?::uuid[])`, [now, `{${ids.join(',')}}`]);
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
