import type { EntityManager } from '@mikro-orm/postgresql';
import { LRUCache } from 'lru-cache';
import type { Invalidations } from '../database/invalidations.js';
import { FACILITY_TOPIC } from './facility-topic.js';

/** How long opened secrets may lie in memory. */
const KEPT_MS = 10_000;
const MOST_FACILITIES = 1_000;

/** Opened secrets by facility, kept for a moment where it is known that none has changed. */
export class KeptSecrets<T extends object> {
  private readonly kept = new LRUCache<string, T>({ max: MOST_FACILITIES, ttl: KEPT_MS, ttlAutopurge: true });
  private changes = 0;

  constructor(
    private readonly em: EntityManager,
    private readonly invalidations: Invalidations,
  ) {
    invalidations.subscribe(FACILITY_TOPIC, facilityId => {
      this.changes++;
      if (facilityId === null) this.kept.clear();
      else this.kept.delete(facilityId);
    });
  }

  /** What is in memory; null says nothing. */
  known(facilityId: string): T | null {
    return this.invalidations.isListening ? (this.kept.get(facilityId) ?? null) : null;
  }

  /** Within a transaction always what `load` finds. */
  async of(facilityId: string, load: () => Promise<T>): Promise<T> {
    const isKeeping = this.invalidations.isListening && !this.em.isInTransaction();
    const kept = isKeeping ? this.kept.get(facilityId) : undefined;
    if (kept) return kept;
    const { changes } = this;
    const opened = await load();
    if (isKeeping && changes === this.changes) this.kept.set(facilityId, opened);
    return opened;
  }
}
