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

  /** In the order of their positions; up to and with `until` only, if given. */
  async find({ among, after }: FeedRange, limit: number, until?: bigint): Promise<PlatformEvent[]> {
    const facilities = among === null ? {} : { facilityId: { $in: [...among] } };
    const position = { $gt: after, ...(until === undefined ? {} : { $lte: until }) };
    return this.em.find(PlatformEvent, { position, ...facilities }, { orderBy: { position: 'asc' }, limit, disableIdentityMap: true });
  }

  /**
   * The transactions that may have been given a position and are not committed: the triggers that write the feed take this lock,
   * shared, before, and hold it until their end.
   */
  async writersUnderWay(): Promise<Set<string>> {
    const rows: { id: string }[] = await this.em.execute(
      `select virtualtransaction as id from pg_locks
       where locktype = 'advisory' and classid = 1 and objid = 1 and objsubid = 2 and granted
         and database = (select oid from pg_database where datname = current_database())`,
    );
    return new Set(rows.map(row => row.id));
  }
}
