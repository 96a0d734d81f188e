import { Injectable } from '@nestjs/common';
import { LockMode, type FilterQuery } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { newId } from '../common/ids.js';
import { MOST_COUNTED } from '../database/at-most.js';
import { fingerprintOf, type Difference } from './difference-rules.js';
import { DriftFinding } from './drift-finding.entity.js';
import type { DriftKind, FindingStatus } from './drift-state.js';

/** What a list of findings is narrowed to. */
export interface FindingFilter {
  status: FindingStatus;
  kind: DriftKind | undefined;
}

/** Rows a statement writes. */
const CHUNK = 500;

@Injectable()
export class DriftFindingRepository {
  constructor(private readonly em: EntityManager) {}

  /** Newest first, those with an id below `before`; one more than `limit`. */
  async page(facilityId: string, { status, kind }: FindingFilter, before: string | null, limit: number): Promise<DriftFinding[]> {
    const where: FilterQuery<DriftFinding> = {
      facilityId,
      status,
      ...(kind === undefined ? {} : { kind }),
      ...(before === null ? {} : { id: { $lt: before } }),
    };
    return this.em.find(DriftFinding, where, { orderBy: { id: 'desc' }, limit: limit + 1, disableIdentityMap: true });
  }

  /** Not managed. */
  async findMany(facilityId: string, ids: readonly string[]): Promise<DriftFinding[]> {
    return this.em.find(DriftFinding, { facilityId, id: { $in: [...ids] } }, { disableIdentityMap: true });
  }

  /** Locked until the transaction ends, and as it stands now. */
  async getLocked(em: EntityManager, { facilityId, id }: Pick<DriftFinding, 'facilityId' | 'id'>): Promise<DriftFinding> {
    return em.findOneOrFail(DriftFinding, { facilityId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  }

  /**
   * Notes what a run that began at `seenAt` has seen. What was seen before keeps its row, and stays dismissed if it is; what was closed
   * otherwise is open again, unless it was closed while the run read.
   */
  async note(em: EntityManager, facilityId: string, differences: readonly Difference[], seenAt: Date, now: Date): Promise<void> {
    for (let from = 0; from < differences.length; from += CHUNK) {
      const rows = differences.slice(from, from + CHUNK).map(difference => ({
        id: newId(now),
        facility_id: facilityId,
        fingerprint: fingerprintOf(difference),
        kind: difference.kind,
        appointment_id: difference.appointmentId,
        external_id: difference.externalId,
        ours: difference.ours,
        theirs: difference.theirs,
        status: 'open',
        first_seen_at: seenAt,
        last_seen_at: seenAt,
      }));
      await em.execute(
        `insert into drift_finding as f (id, facility_id, fingerprint, kind, appointment_id, external_id, ours, theirs, status, first_seen_at, last_seen_at)
         select id, facility_id, fingerprint, kind, appointment_id, external_id, ours, theirs, status, first_seen_at, last_seen_at
         from json_populate_recordset(null::drift_finding, ?::json) order by fingerprint
         on conflict (facility_id, fingerprint) do update set
           last_seen_at = excluded.last_seen_at,
           appointment_id = case when ${REOPENS} then excluded.appointment_id else f.appointment_id end,
           closed_at = case when ${REOPENS} then null else f.closed_at end,
           closed_by = case when ${REOPENS} then null else f.closed_by end,
           status = case when ${REOPENS} then 'open' else f.status end`,
        [JSON.stringify(rows)],
      );
    }
  }

  /** Open ones that the run which began at `seenAt` has not seen are so no longer. */
  async outdateUnseen(em: EntityManager, facilityId: string, seenAt: Date, now: Date): Promise<void> {
    await em.nativeUpdate(DriftFinding, { facilityId, status: 'open', lastSeenAt: { $lt: seenAt } }, { status: 'outdated', closedAt: now });
  }

  /** Those of the hub's appointments that a list which could be relied on did not show, and that nobody has canceled here since. */
  async missingAppointmentIds(facilityId: string): Promise<ReadonlySet<string>> {
    const where: FilterQuery<DriftFinding> = { facilityId, kind: 'missing-upstream', status: { $in: ['open', 'dismissed'] } };
    const rows = await this.em.find(DriftFinding, where, { fields: ['appointmentId'], disableIdentityMap: true });
    return new Set(rows.flatMap(({ appointmentId }) => (appointmentId === null ? [] : [appointmentId])));
  }

  /** How many are open, by kind, over all facilities. */
  async countOpen(): Promise<{ kind: DriftKind; count: number }[]> {
    return this.em.execute(
      `select kind, count(*)::int as count from (
         select kind from drift_finding where status = 'open' limit ${MOST_COUNTED}
       ) counted group by kind`,
    );
  }

  /** Closed ones that were seen last before. How many, at most `limit`. */
  async removeBefore(before: Date, limit: number): Promise<number> {
    const rows: unknown[] = await this.em.execute(
      `delete from drift_finding where id in (
         select id from drift_finding where last_seen_at < ? and status <> 'open' limit ?) returning id`,
      [before, limit],
    );
    return rows.length;
  }
}

const REOPENS = `(f.status in ('repaired', 'outdated') and f.closed_at < excluded.last_seen_at)`;
