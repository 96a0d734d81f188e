import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { HubConfig } from '../config/config.js';
import { BlindIndex } from '../crypto/blind-index.js';

const ID_BYTES = 16;
const MAC_BYTES = 16;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

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
    const id = Buffer.from(facilityId.replaceAll('-', ''), 'hex');
    const mac = Buffer.from(this.index.digest(facilityId, 'webhook-token', facilityId), 'base64url');
    return Buffer.concat([id, mac.subarray(0, MAC_BYTES)]).toString('base64url');
  }

  /** null: no token that this hub has given out. Whether there still is such a facility, it does not tell. */
  facilityIdOf(token: string): string | null {
    const proved = this.proved.get(token);
    if (proved !== undefined) return proved;
    if (!TOKEN.test(token)) return null;
    const hex = Buffer.from(token, 'base64url').toString('hex', 0, ID_BYTES);
    const facilityId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    if (!timingSafeEqual(Buffer.from(this.tokenOf(facilityId)), Buffer.from(token))) return null;
    this.proved.set(token, facilityId);
    return facilityId;
  }

  /** Where the hospital posts its events. */
  urlOf(facilityId: string): string {
    return `${this.config.publicUrl}/api/v1/webhooks/${this.tokenOf(facilityId)}`;
  }
}
