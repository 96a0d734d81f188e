import { Injectable } from '@nestjs/common';
import { LockMode } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { PreparedStatement } from '../database/prepared-statement.js';
import { arrayOf, LAST_ID } from '../database/facility-counts.js';
import type { FacilityBrief } from './facility-brief.js';
import { FacilitySecret } from './facility-secret.entity.js';
import { Facility } from './facility.entity.js';
import { HEALTH_CHECK_MS } from './health-check-rules.js';

/** What a call to its hospital needs of a facility. Not managed. */
export type CalledFacility = Pick<Facility, 'id' | 'version' | 'status' | 'scheduler' | 'defaultAppointmentType'> & {
  /** The `FacilitySecret`; null where there is none. */
  keyId: string | null;
  keySealed: string | null;
};

const TO_CALL = new PreparedStatement<CalledFacility>(
  'facilities-to-call',
  `select f.id, f.version, f.status, f.scheduler, f.default_appointment_type as "defaultAppointmentType",
          k.id as "keyId", k.value_sealed as "keySealed"
   from unnest($1::uuid[]) as w(id) join facility f on f.id = w.id
   left join facility_secret k on k.facility_id = f.id and k.kind = 'upstream-key'`,
);

@Injectable()
export class FacilityRepository {
  constructor(private readonly em: EntityManager) {}

  async find(id: string): Promise<Facility | null> {
    return this.em.findOne(Facility, { id });
  }

  /** Not managed: to be kept in memory, never to be written back. */
  async findUnmanaged(id: string): Promise<Facility | null> {
    return this.em.findOne(Facility, { id }, { disableIdentityMap: true });
  }

  async findToCall(ids: readonly string[]): Promise<CalledFacility[]> {
    return TO_CALL.run(this.em, [ids]);
  }

  /** Locked until the transaction ends, and as it stands now. */
  async findLocked(id: string): Promise<Facility | null> {
    return this.em.findOne(Facility, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  }

  /** The oldest of that name. */
  async findByName(name: string): Promise<Facility | null> {
    return this.em.findOne(Facility, { name }, { orderBy: { id: 'asc' } });
  }

  /** Newest first, of those in `among` (null: all), with an id below `before`; one more than `limit`. */
  async page(among: readonly string[] | null, before: string | null, limit: number): Promise<Facility[]> {
    const ids = { ...(among === null ? {} : { $in: [...among] }), ...(before === null ? {} : { $lt: before }) };
    return this.em.find(Facility, Object.keys(ids).length === 0 ? {} : { id: ids }, { orderBy: { id: 'desc' }, limit: limit + 1 });
  }

  /**
   * Likewise, those with `text` in their names, whatever its case. Read from an index of the names alone, newest first, until there are
   * enough: no index leads to a part of a name, for where rows are hidden (`row-security.ts`) PostgreSQL asks an index by nothing that could tell of them.
   */
  async pageNamed(among: readonly string[] | null, text: string, before: string | null, limit: number): Promise<Facility[]> {
    const rows = await this.em.execute<{ id: string }[]>(
      `select id from facility where name ilike ? and id < ? ${among === null ? '' : 'and id = any (?::uuid[])'} order by id desc limit ?`,
      [`%${text.replace(/[\\%_]/g, '\\$&')}%`, before ?? LAST_ID, ...(among === null ? [] : [arrayOf(among)]), limit + 1],
    );
    return this.em.find(Facility, { id: { $in: rows.map(({ id }) => id) } }, { orderBy: { id: 'desc' } });
  }

  /** In brief, newest first, of those in `among` (null: all); one more than `limit`. */
  async newest(among: readonly string[] | null, limit: number): Promise<FacilityBrief[]> {
    const where = among === null ? {} : { id: { $in: [...among] } };
    const fields = ['id', 'name', 'timezone'] as const;
    return this.em.find(Facility, where, { fields, orderBy: { id: 'desc' }, limit: limit + 1, disableIdentityMap: true });
  }

  /** Of several at once the one that began last counts. */
  async noteConnectionCheck(id: string, checkedAt: Date, hasPassed: boolean): Promise<void> {
    await this.em.execute(
      `update facility set connection_checked_at = ?, has_connection_passed = ?
       where id = ? and (connection_checked_at is null or connection_checked_at <= ?)`,
      [checkedAt, hasPassed, id, checkedAt],
    );
  }

  /** Nothing of it is shown: the facility's version stays. */
  async noteHealthCheck(id: string, streak: number, dueAt: Date): Promise<void> {
    await this.em.execute('update facility set health_streak = ?, health_check_due_at = ? where id = ?', [streak, dueAt, id]);
  }

  async findUpstreamKey(facilityId: string): Promise<FacilitySecret | null> {
    return this.em.findOne(FacilitySecret, { facilityId, kind: 'upstream-key' });
  }

  /** The credentials of its channels' providers. */
  async findChannelSecrets(facilityId: string): Promise<FacilitySecret[]> {
    return this.em.find(FacilitySecret, { facilityId, kind: { $like: 'channel:%' } }, { refresh: true });
  }

  /** Those that hold at `now`, newest first. Not managed. */
  async findWebhookSecrets(facilityId: string, now: Date): Promise<FacilitySecret[]> {
    const $or = [{ validUntil: null }, { validUntil: { $gt: now } }];
    const orderBy = { createdAt: 'desc', id: 'desc' } as const;
    return this.em.find(FacilitySecret, { facilityId, kind: 'webhook', $or }, { orderBy, disableIdentityMap: true });
  }

  /** Those that hold until they are replaced: one at most, unless the facility is not locked. */
  async findStandingWebhookSecrets(facilityId: string): Promise<FacilitySecret[]> {
    return this.em.find(FacilitySecret, { facilityId, kind: 'webhook', validUntil: null }, { refresh: true });
  }

  /**
   * Takes at most `limit` facilities whose calendars are due, and sets when they are due next. Copies that ask at the
   * same moment take different ones.
   */
  async takeDueForCalendarSync(now: Date, limit: number): Promise<string[]> {
    const rows: { id: string }[] = await this.em.execute(
      `update facility set calendar_sync_due_at = ?::timestamptz + calendar_sync_interval_minutes * interval '1 minute'
       where id in (
         select id from facility where calendar_sync_due_at <= ? and status <> 'inactive'
         order by calendar_sync_due_at limit ? for no key update skip locked
       ) returning id`,
      [now, now, limit],
    );
    return rows.map(row => row.id);
  }

  /** Likewise, those that are live, or were until their hospital fell ill. What is taken and never noted is due again after a minute. */
  async takeDueForHealthCheck(now: Date, limit: number): Promise<string[]> {
    const rows: { id: string }[] = await this.em.execute(
      `update facility set health_check_due_at = ?
       where id in (
         select id from facility where health_check_due_at <= ? and status in ('live', 'degraded')
         order by health_check_due_at limit ? for no key update skip locked
       ) returning id`,
      [new Date(now.getTime() + HEALTH_CHECK_MS), now, limit],
    );
    return rows.map(row => row.id);
  }

  /** Likewise, those whose appointments are due to be compared with the hospital's list. */
  async takeDueForDrift(now: Date, limit: number): Promise<string[]> {
    const rows: { id: string }[] = await this.em.execute(
      `update facility set drift_due_at = ?::timestamptz + drift_interval_minutes * interval '1 minute'
       where id in (
         select id from facility where drift_due_at <= ? and status <> 'inactive'
         order by drift_due_at limit ? for no key update skip locked
       ) returning id`,
      [now, now, limit],
    );
    return rows.map(row => row.id);
  }
}
