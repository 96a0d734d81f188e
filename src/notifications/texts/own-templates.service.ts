import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { LRUCache } from 'lru-cache';
import { Invalidations } from '../../database/invalidations.js';
import type { NotificationTemplate } from './notification-template.entity.js';
import { NotificationTemplateRepository } from './notification-template.repository.js';

/** Whose texts have changed: the topic of `Invalidations`, its key the facility's id. */
const TOPIC = 'notification-template';
const KEPT_MS = 600_000;

/** The facilities' own texts, kept in memory until they change: they are asked for with each message. */
@Injectable()
export class OwnTemplatesService {
  private readonly kept = new LRUCache<string, NotificationTemplate[]>({ max: 1_000, ttl: KEPT_MS });
  private changes = 0;

  constructor(
    private readonly em: EntityManager,
    private readonly repository: NotificationTemplateRepository,
    private readonly invalidations: Invalidations,
  ) {
    invalidations.subscribe(TOPIC, facilityId => {
      this.changes++;
      if (facilityId === null) this.kept.clear();
      else this.kept.delete(facilityId);
    });
  }

  async of(facilityId: string): Promise<NotificationTemplate[]> {
    const isKeeping = this.invalidations.isListening && !this.em.isInTransaction();
    const kept = isKeeping ? this.kept.get(facilityId) : undefined;
    if (kept) return kept;
    const { changes } = this;
    const templates = await this.repository.ofFacility(facilityId);
    // What was read before a change that came meanwhile is out of date.
    if (isKeeping && changes === this.changes) this.kept.set(facilityId, templates);
    return templates;
  }

  /** In the transaction of the change, which is that of `em`. */
  async announce(em: EntityManager, facilityId: string): Promise<void> {
    await this.invalidations.announce(em, TOPIC, facilityId);
  }
}
