import { Injectable } from '@nestjs/common';
import { LockMode, type FilterQuery } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import type { HospitalEventType } from '../appointments/hospital-event.js';
import { countAtMost } from '../database/at-most.js';
import { arrayOf } from '../database/facility-counts.js';
import type { WebhookOutcome } from './webhook-event-state.js';
import { WebhookEvent } from './webhook-event.entity.js';
import type { LoggedEvent } from './webhook-event.mapper.js';

/** SQL for `DueLooks`: `takeHeld` would find some. */
export const IS_HELD_DUE = `exists (select from webhook_event where outcome = 'held' and look_again_at <= $1)`;

/** What a list is narrowed to. */
export interface WebhookEventFilter {
  outcome: WebhookOutcome | undefined;
  type: HospitalEventType | undefined;
  reason: string | undefined;
  appointmentId: string | undefined;
}

/** Names one event, for its job. */
export interface EventKey {
  facilityId: string;
  webhookEventId: string;
}

export interface Backlog {
  pending: number;
  oldestPendingAt: Date | null;
  held: number;
  dead: number;
}

const KEYS = 'id as "webhookEventId", facility_id as "facilityId"';
/** Back to where it was before it was looked at; not for one that was applied. */
const TO_PENDING = `outcome = 'pending', reason = null, held_until = null, look_again_at = null`;

/** The log of events. Bodies, up to 256 KiB each, are left out. */
@Injectable()
export class WebhookEventRepository {
  constructor(private readonly em: EntityManager) {}

  /** Of any facility: a first look. */
  async find(id: string): Promise<LoggedEvent | null> {
    return this.em.findOne(WebhookEvent, { id }, { exclude: ['bodySealed'], disableIdentityMap: true });
  }

  /** Locked until the transaction ends, and as it stands now; whether its body is still there. */
  async findLocked(facilityId: string, id: string): Promise<{ event: LoggedEvent; hasBody: boolean } | null> {
    const event = await this.em.findOne(
      WebhookEvent,
      { facilityId, id },
      { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true, disableIdentityMap: true },
    );
    return event && { event, hasBody: event.bodySealed !== null };
  }

  /** Newest first, those with an id below `before`; one more than `limit`. */
  async page(facilityId: string, filter: WebhookEventFilter, before: string | null, limit: number): Promise<LoggedEvent[]> {
    const where: FilterQuery<WebhookEvent>[] = [{ facilityId, ...filter }];
    if (before !== null) where.push({ id: { $lt: before } });
    return this.em.find(
      WebhookEvent,
      { $and: where },
      { exclude: ['bodySealed'], disableIdentityMap: true, orderBy: { id: 'desc' }, limit: limit + 1 },
    );
  }

  /**
   * Likewise of all these facilities (null: of all there are). Of single ones their newest are read from each one's index, and of those the
   * newest kept: read by time alone, the events of all others would have to be passed over.
   */
  async pageAcross(
    facilityIds: readonly string[] | null,
    { outcome, reason }: Pick<WebhookEventFilter, 'outcome' | 'reason'>,
    before: string | null,
    limit: number,
  ): Promise<LoggedEvent[]> {
    const wanted = Object.entries({ 'outcome = ?': outcome, 'reason = ?': reason, 'id < ?': before ?? undefined }).filter(
      ([, value]) => value !== undefined,
    );
    const [conditions, values] = [wanted.map(([condition]) => `and ${condition}`).join(' '), wanted.map(([, value]) => value)];
    const newest = `order by id desc limit ${limit + 1}`;
    const rows =
      facilityIds === null
        ? await this.em.execute<{ id: string }[]>(`select id from webhook_event where true ${conditions} ${newest}`, values)
        : await this.em.execute<{ id: string }[]>(
            `select e.id from unnest(?::uuid[]) f(id)
             cross join lateral (select id from webhook_event where facility_id = f.id ${conditions} ${newest}) e
             order by e.id desc limit ${limit + 1}`,
            [arrayOf(facilityIds), ...values],
          );
    const ids = rows.map(({ id }) => id);
    return this.em.find(WebhookEvent, { id: { $in: ids } }, { exclude: ['bodySealed'], disableIdentityMap: true, orderBy: { id: 'desc' } });
  }

  async markPending(facilityId: string, id: string): Promise<void> {
    await this.em.execute(`update webhook_event set ${TO_PENDING} where facility_id = ? and id = ?`, [facilityId, id]);
  }

  /**
   * Makes at most `limit` events of an outcome pending again: received at `since` or later, with a body, oldest first, with an id above
   * `after`. In the order of their ids; those that another transaction has in hand are left out.
   */
  async takeForReplay(
    facilityId: string,
    { outcome, since, after }: { outcome: WebhookOutcome; since: Date; after: string },
    limit: number,
  ): Promise<EventKey[]> {
    const keys = await this.em.execute<EventKey[]>(
      `update webhook_event set ${TO_PENDING} where id in (
         select id from webhook_event
         where facility_id = ? and id > ? and outcome = ? and received_at >= ? and body_sealed is not null
         order by id limit ? for no key update skip locked
       ) returning ${KEYS}`,
      [facilityId, after, outcome, since, limit],
    );
    return keys.sort((a, b) => (a.webhookEventId < b.webhookEventId ? -1 : 1));
  }

  /** Takes at most `limit` held events that are to be looked at again, of all facilities, and sets when to do so next, should their jobs not say. */
  async takeHeld(now: Date, again: Date, limit: number): Promise<EventKey[]> {
    return this.em.execute<EventKey[]>(
      `update webhook_event set look_again_at = ? where id in (
         select id from webhook_event where outcome = 'held' and look_again_at <= ?
         order by look_again_at limit ? for no key update skip locked
       ) returning ${KEYS}`,
      [again, now, limit],
    );
  }

  /** Whether it was still to be decided. */
  async markDead({ facilityId, webhookEventId }: EventKey): Promise<boolean> {
    const rows = await this.em.execute<object[]>(
      `update webhook_event set outcome = 'rejected', reason = 'dead-letter', held_until = null, look_again_at = null
       where facility_id = ? and id = ? and outcome in ('pending', 'held') returning id`,
      [facilityId, webhookEventId],
    );
    return rows.length > 0;
  }

  /** Removes at most `limit` bodies of decided events, of all facilities, received before `before`; how many it were. */
  async removeBodies(before: Date, limit: number): Promise<number> {
    const rows = await this.em.execute<object[]>(
      `update webhook_event set body_sealed = null where id in (
         select id from webhook_event
         where body_sealed is not null and received_at < ? and outcome not in ('pending', 'held')
         order by received_at limit ? for no key update skip locked
       ) returning 1`,
      [before, limit],
    );
    return rows.length;
  }

  /** Of all facilities; each count has an index of just these rows, and an end. */
  async backlog(): Promise<Backlog> {
    const [row] = await this.em.execute<(Omit<Backlog, 'oldestPendingAt'> & { oldestPendingAt: Date | string | null })[]>(
      `select
         ${countAtMost(`webhook_event where outcome = 'pending'`)} as pending,
         (select received_at from webhook_event where outcome = 'pending' order by id limit 1) as "oldestPendingAt",
         ${countAtMost(`webhook_event where outcome = 'held'`)} as held,
         ${countAtMost(`webhook_event where reason = 'dead-letter'`)} as dead`,
    );
    if (!row) throw new Error('A query without a condition gave no row');
    return { ...row, oldestPendingAt: row.oldestPendingAt === null ? null : new Date(row.oldestPendingAt) };
  }
}
