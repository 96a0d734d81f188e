import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { LRUCache } from 'lru-cache';
import { Invalidations } from '../database/invalidations.js';
import { CalendarRepository } from './calendar.repository.js';
import type { Catalogue } from './bookable-rules.js';

/** Announced when a facility's catalogue has changed. */
export const CALENDARS_TOPIC = 'calendars';

/** Each facility's catalogue, from memory where it is known to be true: every availability request asks for it. */
@Injectable()
export class CalendarCatalogue {
  /** Promises, so that many who ask at once share one reading, and one that was announced as out of date meanwhile is not kept. */
  private readonly catalogues = new LRUCache<string, Promise<Catalogue>>({ max: 1_000, ttl: 60_000 });

  constructor(
    private readonly em: EntityManager,
    private readonly repository: CalendarRepository,
    private readonly invalidations: Invalidations,
  ) {
    invalidations.subscribe(CALENDARS_TOPIC, facilityId => {
      if (facilityId === null) this.catalogues.clear();
      else this.catalogues.delete(facilityId);
    });
  }

  async of(facilityId: string): Promise<Catalogue> {
    // Within a transaction the reading belongs to it, and may fail with it.
    if (!this.invalidations.isListening || this.em.isInTransaction()) return this.repository.readCatalogue(facilityId);
    const known = this.catalogues.get(facilityId);
    if (known) return known;
    const reading = this.repository.readCatalogue(facilityId);
    this.catalogues.set(facilityId, reading);
    reading.catch(() => {
      if (this.catalogues.peek(facilityId) === reading) this.catalogues.delete(facilityId);
    });
    return reading;
  }

  /** Tells every copy of the hub, when the transaction commits. */
  async announceChange(em: EntityManager, facilityId: string): Promise<void> {
    await this.invalidations.announce(em, CALENDARS_TOPIC, facilityId);
  }
}
