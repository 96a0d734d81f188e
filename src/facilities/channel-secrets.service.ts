import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Invalidations } from '../database/invalidations.js';
import { KeptValues } from '../database/kept-values.js';
import { FacilitySecretsService } from './facility-secrets.service.js';
import { FacilityRepository } from './facility.repository.js';
import type { ChannelSettings } from './facility.settings.js';
import { secretsKept } from './secrets-kept.js';

type ChannelSecrets = Record<string, string>;

/** The credentials with which a facility's messages are handed to the providers of its channels. */
@Injectable()
export class ChannelSecretsService {
  private readonly kept: KeptValues<Map<string, ChannelSecrets>>;

  constructor(
    em: EntityManager,
    private readonly repository: FacilityRepository,
    private readonly secrets: FacilitySecretsService,
    invalidations: Invalidations,
  ) {
    this.kept = new KeptValues(
      em,
      invalidations,
      secretsKept(facilityId => this.openedOf(facilityId)),
    );
  }

  /** By the names of `CHANNEL_SECRETS`, in plain: never log them. Empty where the facility does not have the channel. */
  async of(facility: { id: string }, channel: ChannelSettings['channel']): Promise<ChannelSecrets> {
    const opened = await this.kept.of(facility.id);
    return opened?.get(channel) ?? {};
  }

  private async openedOf(facilityId: string): Promise<Map<string, ChannelSecrets>> {
    const opened = new Map<string, ChannelSecrets>();
    for (const row of await this.repository.findChannelSecrets(facilityId)) {
      const [, channel = '', name = ''] = row.kind.split(':');
      opened.set(channel, { ...opened.get(channel), [name]: this.secrets.open(row) });
    }
    return opened;
  }
}
