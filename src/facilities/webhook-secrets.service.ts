import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { LRUCache } from 'lru-cache';
import { mayTouch, type Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { isoInZone } from '../common/zoned-time.js';
import { Invalidations } from '../database/invalidations.js';
import { FacilitySecretsService } from './facility-secrets.service.js';
import { FACILITY_TOPIC } from './facility-topic.js';
import type { RotatedWebhookSecretDto } from './facility.dto.js';
import type { Facility } from './facility.entity.js';
import { FacilityNotFoundError } from './facility.errors.js';
import { FacilityRepository } from './facility.repository.js';

/** How long opened secrets may lie in memory. */
const KEPT_MS = 10_000;
/** How long the one before still holds, for a hospital that changes it on several machines. */
const OVERLAP_MS = 24 * 3_600_000;

interface OpenedSecret {
  secret: string;
  validUntil: Date | null;
}

/** What hospitals sign their webhooks with. */
@Injectable()
export class WebhookSecretsService {
  private readonly kept = new LRUCache<string, OpenedSecret[]>({ max: 1_000, ttl: KEPT_MS, ttlAutopurge: true });
  private changes = 0;

  constructor(
    private readonly em: EntityManager,
    private readonly repository: FacilityRepository,
    private readonly secrets: FacilitySecretsService,
    private readonly clock: Clock,
    private readonly invalidations: Invalidations,
  ) {
    invalidations.subscribe(FACILITY_TOPIC, facilityId => {
      this.changes++;
      if (facilityId === null) this.kept.clear();
      else this.kept.delete(facilityId);
    });
  }

  /** Those that hold now, newest first, in plain: never log them. None, for a facility of before that has made none yet. */
  async of(facility: Facility): Promise<string[]> {
    return this.holding(await this.openedOf(facility.id));
  }

  /** Likewise, if they are in memory; null says nothing. */
  findKnown(facilityId: string): string[] | null {
    const kept = this.invalidations.isListening ? this.kept.get(facilityId) : undefined;
    return kept ? this.holding(kept) : null;
  }

  /** A new one; what held until now holds for 24 hours more. Throws `FacilityNotFoundError`. */
  async rotate(caller: Caller, facilityId: string): Promise<RotatedWebhookSecretDto> {
    return this.em.transactional(async em => {
      const facility = mayTouch(caller, facilityId) ? await this.repository.findLocked(facilityId) : null;
      if (!facility) throw new FacilityNotFoundError(facilityId);
      const now = this.clock.now();
      const present = await this.repository.findStandingWebhookSecrets(facilityId);
      const validUntil = new Date(now.getTime() + OVERLAP_MS);
      for (const secret of present) secret.validUntil = validUntil;
      const secret = this.secrets.addWebhookSecret(facilityId, now);
      await this.invalidations.announce(em, FACILITY_TOPIC, facilityId);
      return { secret, previousValidUntil: present.length === 0 ? null : isoInZone(validUntil, facility.timezone) };
    });
  }

  /** The newest that holds, in plain, or a first one. Throws `FacilityNotFoundError`. */
  async ensure(facilityId: string): Promise<string> {
    return this.em.transactional(async em => {
      const facility = await this.repository.findLocked(facilityId);
      if (!facility) throw new FacilityNotFoundError(facilityId);
      const now = this.clock.now();
      const [newest] = await this.repository.findWebhookSecrets(facilityId, now);
      if (newest) return this.secrets.open(newest);
      await this.invalidations.announce(em, FACILITY_TOPIC, facilityId);
      return this.secrets.addWebhookSecret(facilityId, now);
    });
  }

  private holding(opened: readonly OpenedSecret[]): string[] {
    const now = this.clock.now();
    return opened.filter(({ validUntil }) => validUntil === null || validUntil > now).map(({ secret }) => secret);
  }

  private async openedOf(facilityId: string): Promise<OpenedSecret[]> {
    const isKeeping = this.invalidations.isListening && !this.em.isInTransaction();
    const kept = isKeeping ? this.kept.get(facilityId) : undefined;
    if (kept) return kept;
    const { changes } = this;
    const rows = await this.repository.findWebhookSecrets(facilityId, this.clock.now());
    const opened = rows.map(row => ({ secret: this.secrets.open(row), validUntil: row.validUntil }));
    if (isKeeping && changes === this.changes) this.kept.set(facilityId, opened);
    return opened;
  }
}
