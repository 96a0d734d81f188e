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

/** A report, and a try that it is about. */
export interface MatchedReceipt {
  id: string;
  facilityId: string;
  attemptId: string;
  notificationId: string;
  providerMessageId: string | null;
  state: ReceiptState;
  code: string | null;
  at: Date;
}

@Injectable()
export class ReceiptRepository {
  constructor(private readonly em: EntityManager) {}

  /** A report that is there already stays as it is. */
  async insert(rows: readonly StoredReceipt[]): Promise<void> {
    if (rows.length === 0) return;
    await this.em.execute(
      `insert into notification_receipt (id, facility_id, identity, channel, attempt_id, provider_message_id, address_index, until, state, code,
         at, received_at)
       select id, "facilityId", identity, channel, "attemptId", "providerMessageId", "addressIndex", until, state, code, at, "receivedAt"
       from jsonb_to_recordset(?::jsonb) as given (id uuid, "facilityId" uuid, identity text, channel text, "attemptId" uuid,
         "providerMessageId" text, "addressIndex" text, until timestamptz, state text, code text, at timestamptz, "receivedAt" timestamptz)
       on conflict (facility_id, identity) do nothing`,
      [JSON.stringify(rows)],
    );
  }

  /** Open reports with the tries they are about, in the order they came; each of a watermark's. Those without a try are left out. */
  async matched(limit: number): Promise<MatchedReceipt[]> {
    const rows = await this.em.execute<(Omit<MatchedReceipt, 'at'> & { at: Date | string })[]>(
      `with open as (select * from notification_receipt where applied_at is null order by received_at, id limit ?)
       select r.id, r.facility_id as "facilityId", a.id as "attemptId", a.notification_id as "notificationId",
         r.provider_message_id as "providerMessageId", r.state, r.code, r.at
       from open r cross join lateral (
         select id, notification_id from notification_attempt where id = r.attempt_id and facility_id = r.facility_id
         union
         select id, notification_id from notification_attempt
         where facility_id = r.facility_id and channel = r.channel and provider_message_id = r.provider_message_id
         union
         select id, notification_id from notification_attempt
         where facility_id = r.facility_id and address_index = r.address_index and channel = r.channel and at <= r.until
           and at > r.until - interval '30 days' and outcome = 'accepted'
       ) a
       order by r.received_at, r.id`,
      [limit],
    );
    return rows.map(row => ({ ...row, at: new Date(row.at) }));
  }

  async close(ids: readonly string[], now: Date): Promise<void> {
    if (ids.length === 0) return;
    await this.em.execute(`update notification_receipt set applied_at = ? where id = any(?::uuid[])`, [now, `{${ids.join(',')}}`]);
  }

  /** Those about messages that are none of ours, such as the chat platform's own. */
  async closeUnmatched(receivedBefore: Date, now: Date): Promise<void> {
    await this.em.execute(`update notification_receipt set applied_at = ? where applied_at is null and received_at < ?`, [
      now,
      receivedBefore,
    ]);
  }

  /** At most `limit` that are closed and were received before; how many it were. */
  async removeClosed(receivedBefore: Date, limit: number): Promise<number> {
    const rows = await this.em.execute<object[]>(
      `delete from notification_receipt where id in (
         select id from notification_receipt where applied_at is not null and received_at < ? limit ?
       ) returning 1`,
      [receivedBefore, limit],
    );
    return rows.length;
  }
}
