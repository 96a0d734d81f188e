import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { SharedStatement } from '../database/shared-statement.js';
import type { AttemptOutcome, MessageChannel, NotificationKind, NotificationStatus } from './notification-state.js';

/** A row of the ledger beside the one that is looked at. */
export interface LedgerNeighbour {
  id: string;
  appointmentId: string;
  kind: NotificationKind;
  revision: number;
  status: NotificationStatus;
  verdict: string | null;
  leaseUntil: Date | null;
  /** A try of it was taken by a provider, or may have been. */
  mayHaveArrived: boolean;
}

/** A try of a message. */
export interface MadeAttempt {
  id: string;
  notificationId: string;
  channel: MessageChannel;
  addressIndex: string | null;
  account: string | null;
  at: Date;
  outcome: AttemptOutcome | null;
  hasFailed: boolean;
}

const NEIGHBOURS = new SharedStatement<Omit<LedgerNeighbour, 'leaseUntil'> & { leaseUntil: Date | string | null }>(
  'notification-neighbours',
  `select n.id, n.appointment_id as "appointmentId", n.kind, n.revision, n.status, n.verdict, n.lease_until as "leaseUntil",
     exists (
       select from notification_attempt a
       where a.facility_id = n.facility_id and a.notification_id = n.id and a.failed_at is null
         and (a.outcome is null or a.outcome in ('accepted', 'unknown'))
     ) as "mayHaveArrived"
   from notification n where n.facility_id = $1 and n.appointment_id = any($2::uuid[])`,
  ['uuid', 'uuid[]'],
);

const ATTEMPTS = new SharedStatement<Omit<MadeAttempt, 'at'> & { at: Date | string }>(
  'notification-attempts',
  `select id, notification_id as "notificationId", channel, address_index as "addressIndex", account, at, outcome, failed_at is not null as "hasFailed"
   from notification_attempt where facility_id = $1 and notification_id = any($2::uuid[]) order by id`,
  ['uuid', 'uuid[]'],
);

const SMS_SPENT = new SharedStatement<{ segments: number }>(
  'sms-spent',
  `select segments from sms_spend where facility_id = $1 and day = $2::date`,
  ['uuid', 'date'],
);

/** What the ledger knows besides the rows that are to be sent. */
@Injectable()
export class SendingFactsRepository {
  /** All rows of these appointments. */
  async neighbours(em: EntityManager, facilityId: string, appointmentIds: readonly string[]): Promise<LedgerNeighbour[]> {
    const rows = await NEIGHBOURS.run(em, [facilityId, appointmentIds]);
    return rows.map(row => ({ ...row, leaseUntil: row.leaseUntil === null ? null : new Date(row.leaseUntil) }));
  }

  /** Segments of a facility in one of its days. */
  async smsSpent(em: EntityManager, facilityId: string, day: string): Promise<number> {
    const [row] = await SMS_SPENT.run(em, [facilityId, day]);
    return row?.segments ?? 0;
  }

  /** Oldest first. */
  async attempts(em: EntityManager, facilityId: string, notificationIds: readonly string[]): Promise<MadeAttempt[]> {
    const rows = await ATTEMPTS.run(em, [facilityId, notificationIds]);
    return rows.map(row => ({ ...row, at: new Date(row.at) }));
  }
}
