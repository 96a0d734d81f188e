import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { mayTouch, type Caller } from '../auth/scope.js';
import { Clock } from '../common/clock.js';
import { isoInZone } from '../common/zoned-time.js';
import { Invalidations } from '../database/invalidations.js';
import { KeptValues } from '../database/kept-values.js';
import { FacilitySecretsService } from './facility-secrets.service.js';
import { FACILITY_TOPIC } from './facility-topic.js';
import type { RotatedWebhookSecretDto } from './facility.dto.js';
import type { Facility } from './facility.entity.js';
import { FacilityNotFoundError } from './facility.errors.js';
import { FacilityRepository } from './facility.repository.js';
import { secretsKept } from './secrets-kept.js';

/** How long the one before still holds, for a hospital that changes it on several machines. */
const OVERLAP_MS = 24 * 3_600_000;

interface OpenedSecret {
  secret: string;
  validUntil: Date | null;
}

/** What hospitals sign their webhooks with. */
@Injectable()
export class WebhookSecretsService {
  private readonly kept: KeptValues<OpenedSecret[]>;

  constructor(
    private readonly em: EntityManager,
    private readonly repository: FacilityRepository,
    private readonly secrets: FacilitySecretsService,
    private readonly clock: Clock,
    private readonly invalidations: Invalidations,
  ) {
    this.kept = new KeptValues(
      em,
      invalidations,
      secretsKept(facilityId => this.openedOf(facilityId)),
    );
  }

  /** Those that hold now, newest first, in plain: never log them. None, for a facility of before that has made none yet. */
  async of(facility: Facility): Promise<string[]> {
    return holding((await this.kept.of(facility.id)) ?? [], this.clock.now());
  }

  /** Likewise, if they are in memory; null says nothing. */
  findKnown(facilityId: string): string[] | null {
    const kept = this.kept.known(facilityId);
    return kept && holding(kept, this.clock.now());
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

  private async openedOf(facilityId: string): Promise<OpenedSecret[]> {
    const rows = await this.repository.findWebhookSecrets(facilityId, this.clock.now());
    return rows.map(row => ({ secret: this.secrets.open(row), validUntil: row.validUntil }));
  }
}

function holding(opened: readonly OpenedSecret[], now: Date): string[] {
  return opened.filter(({ validUntil }) => validUntil === null || validUntil > now).map(({ secret }) => secret);
}
