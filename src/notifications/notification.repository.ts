import { Injectable } from '@nestjs/common';
import { LockMode, type FilterQuery } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { countAtMost } from '../database/at-most.js';
import { arrayOf } from '../database/facility-counts.js';
import { NotificationAttempt } from './notification-attempt.entity.js';
import type { MessageChannel, NotificationStatus } from './notification-state.js';
import { Notification } from './notification.entity.js';

/** Still to be sent, or on its way. */
const OPEN = `status in ('expected', 'sending')`;

/** What a list is narrowed to. */
export interface NotificationFilter {
  status: NotificationStatus | undefined;
  appointmentId: string | undefined;
  /** Those whose patient was to have been told before this time, and was not. */
  overdueAt: Date | undefined;
}

/** How a message stands. */
export type MessageState = Pick<Notification, 'appointmentId' | 'kind' | 'revision' | 'status' | 'verdict'>;

export interface NotificationBacklog {
  open: number;
  overdue: number;
  unknown: number;
  heldByCap: number;
}

/** The ledger as people read it. */
@Injectable()
export class NotificationRepository {
  constructor(private readonly em: EntityManager) {}

  async find(id: string): Promise<Notification | null> {
    return this.em.findOne(Notification, { id }, { disableIdentityMap: true });
  }

  /** Locked until the transaction ends, and as it stands now. */
  async findLocked(em: EntityManager, facilityId: string, id: string): Promise<Notification | null> {
    return em.findOne(Notification, { id, facilityId }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  }

  /** Sealed; null: none was made yet. */
  async textOf(facilityId: string, id: string): Promise<string | null> {
    const row = await this.em.findOne(Notification, { id, facilityId }, { fields: ['textSealed'], disableIdentityMap: true });
    return row?.textSealed ?? null;
  }

  /** Newest first, those with an id below `before`; one more than `limit`. */
  async page(facilityId: string, filter: NotificationFilter, before: string | null, limit: number): Promise<Notification[]> {
    const where: FilterQuery<Notification>[] = [{ facilityId }];
    if (filter.status !== undefined) where.push({ status: filter.status });
    if (filter.appointmentId !== undefined) where.push({ appointmentId: filter.appointmentId });
    if (filter.overdueAt) where.push({ status: { $in: ['expected', 'sending'] }, deadlineAt: { $lt: filter.overdueAt } });
    if (before !== null) where.push({ id: { $lt: before } });
    return this.em.find(Notification, { $and: where }, { orderBy: { id: 'desc' }, limit: limit + 1, disableIdentityMap: true });
  }

  /** All of an appointment, oldest first. */
  async ofAppointment(facilityId: string, appointmentId: string): Promise<Notification[]> {
    return this.em.find(Notification, { facilityId, appointmentId }, { orderBy: { id: 'asc' }, disableIdentityMap: true });
  }

  /** Of all the appointments, oldest first: nothing that is sealed. */
  async statesOf(facilityId: string, appointmentIds: readonly string[]): Promise<MessageState[]> {
    return this.em.execute<MessageState[]>(
      `select appointment_id as "appointmentId", kind, revision, status, verdict from notification
       where facility_id = ? and appointment_id = any (?::uuid[]) order by id`,
      [facilityId, arrayOf(appointmentIds)],
    );
  }

  /** Of all the appointments, newest first. */
  async ofAppointments(facilityId: string, appointmentIds: readonly string[], limit: number): Promise<Notification[]> {
    const where = { facilityId, appointmentId: { $in: [...appointmentIds] } };
    return this.em.find(Notification, where, { orderBy: { id: 'desc' }, limit, disableIdentityMap: true });
  }

  /** Oldest first. */
  async attemptsOf(facilityId: string, notificationIds: readonly string[]): Promise<NotificationAttempt[]> {
    if (notificationIds.length === 0) return [];
    const where = { facilityId, notificationId: { $in: [...notificationIds] } };
    return this.em.find(NotificationAttempt, where, { orderBy: { id: 'asc' }, disableIdentityMap: true });
  }

  /** Of the provider's ids those that a try has already. */
  async knownProviderIds(facilityId: string, channel: MessageChannel, ids: readonly string[]): Promise<Set<string>> {
    const where = { facilityId, channel, providerMessageId: { $in: [...ids] } };
    const rows = await this.em.find(NotificationAttempt, where, { fields: ['providerMessageId'], disableIdentityMap: true });
    return new Set(rows.flatMap(({ providerMessageId }) => providerMessageId ?? []));
  }

  /** Whose outcome nobody has found out since then: they are over, as such. */
  async endUnknown(unknownSince: Date, now: Date): Promise<void> {
    await this.em.execute(
      `update notification set status = 'failed', updated_at = ?
       where status = 'sending' and verdict = 'outcome-unknown' and lease_until is null and updated_at < ?`,
      [now, unknownSince],
    );
  }

  /** Removes at most `limit` texts of messages that are over, of all facilities, made before `before`; how many it were. */
  async removeTexts(before: Date, limit: number): Promise<number> {
    const rows = await this.em.execute<object[]>(
      `update notification set text_sealed = null where id in (
         select id from notification where text_sealed is not null and created_at < ? and status not in ('expected', 'sending')
         order by created_at limit ? for no key update skip locked
       ) returning 1`,
      [before, limit],
    );
    return rows.length;
  }

  /** Of all facilities; each count has an index of just these rows, and an end. */
  async backlog(now: Date): Promise<NotificationBacklog> {
    const [row] = await this.em.execute<NotificationBacklog[]>(
      `select ${countAtMost(`notification where ${OPEN}`)} as open, ${countAtMost(`notification where ${OPEN} and deadline_at < ?`)} as overdue,
         ${countAtMost(`notification where status = 'sending' and verdict = 'outcome-unknown'`)} as unknown,
         ${countAtMost(`notification where status = 'expected' and verdict = 'spend-cap'`)} as "heldByCap"`,
      [now],
    );
    if (!row) throw new Error('A query without a condition gave no row');
    return row;
  }
}
