import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { PlatformEvent } from './platform-event.entity.js';

/** Entries after `after`, of the facilities in `among` (null: all). */
export interface FeedRange {
  among: readonly string[] | null;
  after: bigint;
}

@Injectable()
export class FeedRepository {
  constructor(private readonly em: EntityManager) {}

  /** Whether there is any, as far as it is committed. */
  async hasAny(range: FeedRange): Promise<boolean> {
    return (await this.find(range, 1)).length > 0;
  }

  /** In the order of their positions. */
  async find({ among, after }: FeedRange, limit: number): Promise<PlatformEvent[]> {
    const facilities = among === null ? {} : { facilityId: { $in: [...among] } };
    return this.em.find(
      PlatformEvent,
      { position: { $gt: after }, ...facilities },
      { orderBy: { position: 'asc' }, limit, disableIdentityMap: true },
    );
  }

  /**
   * Waits until nobody has a position whose entry is not committed, and keeps further ones from being given out until this
   * transaction ends: the triggers that write the feed hold the same lock, shared, until their commit. The driver's error with
   * SQLSTATE 55P03 when that takes longer.
   */
  async waitForWriters(timeoutMs: number): Promise<void> {
    await this.em.execute(`set local lock_timeout = ${Math.round(timeoutMs)}`);
    await this.em.execute('select pg_advisory_xact_lock(1, 1)');
  }
}
