import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { HubConfig } from '../config/config.js';
import { BlindIndex } from '../crypto/blind-index.js';
import { facilityIdOfToken, facilityToken } from './facility-token.js';

const PURPOSE = 'webhook-token';

/**
 * The token in the address of a facility's webhooks: its id, and a MAC of it by the blind-index key. It shows of itself
 * whether it is one, so that a guess costs no look into the database. Another BLIND_INDEX_KEY means other addresses.
 */
@Injectable()
export class WebhookTokens {
  /** By tokens that have proved to be one: what they prove never changes. */
  private readonly proved = new LRUCache<string, string>({ max: 2_000 });

  constructor(
    private readonly config: HubConfig,
    private readonly index: BlindIndex,
  ) {}

  /** 43 characters of base64url. */
  tokenOf(facilityId: string): string {
    return facilityToken(this.index, PURPOSE, facilityId);
  }

  /** null: no token that this hub has given out. Whether there still is such a facility, it does not tell. */
  facilityIdOf(token: string): string | null {
    const facilityId = this.proved.get(token) ?? facilityIdOfToken(this.index, PURPOSE, token);
    if (facilityId !== null) this.proved.set(token, facilityId);
    return facilityId;
  }

  /** Where the hospital posts its events. */
  urlOf(facilityId: string): string {
    return `${this.config.publicUrl}/api/v1/webhooks/${this.tokenOf(facilityId)}`;
  }
}
