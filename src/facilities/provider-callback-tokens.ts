import { Injectable } from '@nestjs/common';
import { HubConfig } from '../config/config.js';
import { BlindIndex } from '../crypto/blind-index.js';
import { facilityIdOfToken, facilityToken } from './facility-token.js';
import type { Channel } from './facility.settings.js';

const PURPOSE = 'provider-callback-token';

/** The token in the address where the providers of a facility's channels post what became of its messages; made as `WebhookTokens` are. */
@Injectable()
export class ProviderCallbackTokens {
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
    return facilityIdOfToken(this.index, PURPOSE, token);
  }

  /** Where the channel's provider posts its receipts. */
  urlOf(facilityId: string, channel: Channel): string {
    return `${this.config.publicUrl}/api/v1/provider-callbacks/${channel}/${this.tokenOf(facilityId)}`;
  }
}
