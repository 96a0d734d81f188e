import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Invalidations } from '../../database/invalidations.js';
import { KeptValues } from '../../database/kept-values.js';
import type { NotificationTemplate } from './notification-template.entity.js';
import { NotificationTemplateRepository } from './notification-template.repository.js';

/** Whose texts have changed: the topic of `Invalidations`, its key the facility's id. */
const TOPIC = 'notification-template';
const KEPT_MS = 600_000;

/** The facilities' own texts, kept in memory until they change: they are asked for with each message. */
@Injectable()
export class OwnTemplatesService {
  private readonly kept: KeptValues<NotificationTemplate[]>;

  constructor(
    em: EntityManager,
    repository: NotificationTemplateRepository,
    private readonly invalidations: Invalidations,
  ) {
    this.kept = new KeptValues(em, invalidations, {
      topic: TOPIC,
      keptMs: KEPT_MS,
      most: 1_000,
      rowsOf: 'facility',
      read: facilityId => repository.ofFacility(facilityId),
    });
  }

  async of(facilityId: string): Promise<NotificationTemplate[]> {
    return (await this.kept.of(facilityId)) ?? [];
  }

  /** In the transaction of the change, which is that of `em`. */
  async announce(em: EntityManager, facilityId: string): Promise<void> {
    await this.invalidations.announce(em, TOPIC, facilityId);
  }
}
