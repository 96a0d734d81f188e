import { Injectable } from '@nestjs/common';
import { FacilitiesService } from '../../facilities/facilities.service.js';
import { ProviderCallbackTokens } from '../../facilities/provider-callback-tokens.js';
import { CallbackEndpointNotFoundError, CallbackSignatureError } from '../notification.errors.js';
import { readMessengerChallenge } from './messenger-challenge.js';
import type { ReceivedCallbackDto } from './provider-callback.dto.js';
import type { ProviderCallback } from './provider-callback.guard.js';
import { ReceiptsService } from './receipts.service.js';

/** What providers report, taken in. */
@Injectable()
export class ProviderCallbacksService {
  constructor(
    private readonly tokens: ProviderCallbackTokens,
    private readonly facilities: FacilitiesService,
    private readonly receipts: ReceiptsService,
  ) {}

  /** Stored when it returns; applied at once, or as soon as its message is known. */
  async receive({ facilityId, channel, receipts }: ProviderCallback): Promise<ReceivedCallbackDto> {
    await this.receipts.store(facilityId, channel, receipts);
    return { receipts: receipts.length };
  }

  /** The challenge. Throws `CallbackEndpointNotFoundError`, `CallbackSignatureError`. */
  async verifyMessenger(token: string, query: Record<string, unknown>): Promise<string> {
    const facilityId = this.tokens.facilityIdOf(token);
    const facility = facilityId === null ? null : await this.facilities.find(facilityId);
    if (facility?.notifications.channels.some(({ channel }) => channel === 'messenger') !== true) throw new CallbackEndpointNotFoundError();
    const challenge = readMessengerChallenge(query, token);
    if (challenge === null) throw new CallbackSignatureError('no-matching-signature');
    return challenge;
  }
}
