import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { newId } from '../common/ids.js';
import { FieldCipher, type SealedPlace } from '../crypto/field-cipher.js';
import { FacilitySecret } from './facility-secret.entity.js';
import { FacilityRepository, type CalledFacility } from './facility.repository.js';

const WEBHOOK_SECRET_BYTES = 32;

/** A credential of a channel's provider, in plain. `kind`: such as `channel:sms:authToken`. */
export interface ChannelSecret {
  kind: `channel:${string}`;
  value: string;
}

/** Seals the secrets of facilities, and opens them. What is opened: never log it, never keep it for long. */
@Injectable()
export class FacilitySecretsService {
  constructor(
    private readonly em: EntityManager,
    private readonly repository: FacilityRepository,
    private readonly cipher: FieldCipher,
  ) {}

  /** Persisted with the next flush. */
  addUpstreamKey(facilityId: string, apiKey: string, now: Date): void {
    this.add(facilityId, 'upstream-key', apiKey, now);
  }

  async replaceUpstreamKey(facilityId: string, apiKey: string, now: Date): Promise<void> {
    const present = await this.repository.findUpstreamKey(facilityId);
    if (present) present.valueSealed = this.cipher.seal(apiKey, placeOf(present));
    else this.addUpstreamKey(facilityId, apiKey, now);
  }

  async openUpstreamKey(facilityId: string): Promise<string> {
    const secret = await this.repository.findUpstreamKey(facilityId);
    if (!secret) throw new Error(`Facility ${facilityId} has no upstream key`);
    return this.open(secret);
  }

  openKey({ id, keyId, keySealed }: CalledFacility): string {
    if (keyId === null || keySealed === null) throw new Error(`Facility ${id} has no upstream key`);
    return this.cipher.open(keySealed, placeOf({ facilityId: id, id: keyId }));
  }

  /** A new one, as Standard Webhooks spells them: `whsec_` and base64. Persisted with the next flush. */
  addWebhookSecret(facilityId: string, now: Date): string {
    const secret = `whsec_${randomBytes(WEBHOOK_SECRET_BYTES).toString('base64')}`;
    this.add(facilityId, 'webhook', secret, now);
    return secret;
  }

  /** Puts each of `given` in the place of the one before, and forgets those of channels that are not in `channels` any more. */
  async changeChannelSecrets(
    facilityId: string,
    channels: readonly { channel: string }[],
    given: readonly ChannelSecret[],
    now: Date,
  ): Promise<void> {
    const present = await this.repository.findChannelSecrets(facilityId);
    for (const secret of present) {
      if (!channels.some(({ channel }) => secret.kind.startsWith(`channel:${channel}:`))) this.em.remove(secret);
    }
    for (const { kind, value } of given) {
      const secret = present.find(each => each.kind === kind);
      if (secret) secret.valueSealed = this.cipher.seal(value, placeOf(secret));
      else this.add(facilityId, kind, value, now);
    }
  }

  open(secret: FacilitySecret): string {
    return this.cipher.open(secret.valueSealed, placeOf(secret));
  }

  private add(facilityId: string, kind: FacilitySecret['kind'], value: string, now: Date): void {
    const secret = this.em.create(FacilitySecret, {
      id: newId(now),
      facilityId,
      kind,
      valueSealed: '',
      createdAt: now,
      validUntil: null,
    });
    secret.valueSealed = this.cipher.seal(value, placeOf(secret));
    this.em.persist(secret);
  }
}

function placeOf(secret: Pick<FacilitySecret, 'facilityId' | 'id'>): SealedPlace {
  return { table: 'facility_secret', column: 'value_sealed', facilityId: secret.facilityId, rowId: secret.id };
}
