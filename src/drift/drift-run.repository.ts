import { Injectable } from '@nestjs/common';
import { LockMode } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { DriftRun } from './drift-run.entity.js';

@Injectable()
export class DriftRunRepository {
  constructor(private readonly em: EntityManager) {}

  /** As it is now, whatever was loaded before. */
  async find(facilityId: string, id: string): Promise<DriftRun | null> {
    return this.em.findOne(DriftRun, { facilityId, id }, { refresh: true });
  }

  /** Locked until the transaction ends. */
  async findLocked(em: EntityManager, facilityId: string, id: string): Promise<DriftRun | null> {
    return em.findOne(DriftRun, { facilityId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  }

  async findLatest(facilityId: string): Promise<DriftRun | null> {
    return this.em.findOne(DriftRun, { facilityId }, { orderBy: { id: 'desc' }, refresh: true });
  }

  async findLatestFinished(facilityId: string): Promise<DriftRun | null> {
    return this.em.findOne(DriftRun, { facilityId, status: { $ne: 'running' } }, { orderBy: { id: 'desc' }, refresh: true });
  }

  /** The last that succeeded, and began at `since` or later. */
  async findLastSucceeded(facilityId: string, since: Date): Promise<DriftRun | null> {
    return this.em.findOne(DriftRun, { facilityId, status: 'succeeded', startedAt: { $gte: since } }, { orderBy: { id: 'desc' } });
  }

  async findRunning(facilityIds: readonly string[]): Promise<DriftRun[]> {
    return this.em.find(DriftRun, { facilityId: { $in: [...facilityIds] }, status: 'running' }, { refresh: true });
  }

  /** Of runs before `run` only that it was read is worth keeping. */
  async forgetSizesBefore(em: EntityManager, { facilityId, id }: DriftRun): Promise<void> {
    await em.nativeUpdate(DriftRun, { facilityId, id: { $lt: id }, listSize: { $ne: null } }, { listSize: null });
  }

  /**
   * Lets one transaction at a time open a run of each of these facilities. Does not stand in the way of rows that refer to them. In
   * the order of their ids, as all do.
   */
  async lockFacilities(em: EntityManager, facilityIds: readonly string[]): Promise<void> {
    await em.execute('select 1 from facility where id = any(?::uuid[]) order by id for no key update', [`{${facilityIds.join(',')}}`]);
  }

  /** Finished runs that began before; the last of each facility stays, and the last that succeeded. How many, at most `limit`. */
  async removeBefore(before: Date, limit: number): Promise<number> {
    const rows: unknown[] = await this.em.execute(
      `delete from drift_run where id in (
         select r.id from drift_run r where r.started_at < ? and r.status <> 'running' and r.list_size is null
           and exists (select from drift_run later where later.facility_id = r.facility_id and later.id > r.id)
         limit ?) returning id`,
      [before, limit],
    );
    return rows.length;
  }
}
