import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import type { NotificationKind } from '../notification-state.js';
import { NotificationTemplate, type Medium } from './notification-template.entity.js';

/** Which of a facility's texts: there is at most one. */
export interface TemplateKey {
  facilityId: string;
  kind: NotificationKind;
  locale: string;
  medium: Medium;
}

@Injectable()
export class NotificationTemplateRepository {
  constructor(private readonly em: EntityManager) {}

  /** Those of its own, not managed: to be kept in memory. */
  async ofFacility(facilityId: string): Promise<NotificationTemplate[]> {
    return this.em.find(NotificationTemplate, { facilityId }, { disableIdentityMap: true });
  }

  /** Puts a text in the place of what is there, in one statement. */
  async save(key: TemplateKey, id: string, text: string, now: Date): Promise<void> {
    await this.em.upsert(
      NotificationTemplate,
      { ...key, id, text, createdAt: now, updatedAt: now },
      { onConflictFields: ['facilityId', 'kind', 'locale', 'medium'], onConflictMergeFields: ['text', 'updatedAt'] },
    );
  }

  async count(facilityId: string): Promise<number> {
    return this.em.count(NotificationTemplate, { facilityId });
  }

  async remove(key: TemplateKey): Promise<void> {
    await this.em.nativeDelete(NotificationTemplate, { ...key });
  }
}
