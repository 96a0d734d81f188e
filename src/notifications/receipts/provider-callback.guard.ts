import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { bodyRefusal, BODY_TIMEOUT_MS, discardRest, readRawBody } from '../../common/raw-body.js';
import { MAX_BODY_BYTES } from '../../common/require-json.js';
import { HubConfig } from '../../config/config.js';
import { narrowRequest } from '../../database/facility-scope.js';
import { ChannelSecretsService } from '../../facilities/channel-secrets.service.js';
import { FacilitiesService } from '../../facilities/facilities.service.js';
import { CHANNELS, type Channel } from '../../facilities/facility.settings.js';
import { ProviderCallbackTokens } from '../../facilities/provider-callback-tokens.js';
import { CallbackBodyError, CallbackEndpointNotFoundError, CallbackSignatureError } from '../notification.errors.js';
import { readCallback } from './callback-readers.js';
import type { Receipt } from './receipt.js';

/** A callback whose signature holds. */
export interface ProviderCallback {
  facilityId: string;
  channel: Channel;
  receipts: Receipt[];
}

export type CallbackRequest = Request & { providerCallback?: ProviderCallback };

/** Whose callback is it, and has the provider signed it? By its own rule, over the bytes as they came. */
@Injectable()
export class ProviderCallbackGuard implements CanActivate {
  constructor(
    private readonly config: HubConfig,
    private readonly tokens: ProviderCallbackTokens,
    private readonly facilities: FacilitiesService,
    private readonly secrets: ChannelSecretsService,
  ) {}

  /** Throws `CallbackEndpointNotFoundError`, `CallbackSignatureError`, `CallbackBodyError`. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<CallbackRequest>();
    http.getResponse<Response>().once('finish', () => {
      if (!request.complete) discardRest(request);
    });
    const { facilityId, channel } = await this.endpointOf(request);
    const body = await readRawBody(request, { maxBytes: MAX_BODY_BYTES, timeoutMs: BODY_TIMEOUT_MS });
    if (typeof body === 'string') throw bodyRefusal(body, http.getResponse<Response>());
    const secrets = await this.secrets.of({ id: facilityId }, channel);
    const url = `${this.config.publicUrl}${request.originalUrl}`;
    const reading = readCallback(channel, secrets, { url, body, headers: request.headers });
    if (!reading.ok) throw reading.problem === 'malformed-body' ? new CallbackBodyError() : new CallbackSignatureError(reading.problem);
    request.providerCallback = { facilityId, channel, receipts: reading.receipts };
    return true;
  }

  private async endpointOf({ params }: Request): Promise<{ facilityId: string; channel: Channel }> {
    const channel = CHANNELS.find(known => known === params['channel']);
    const token = params['token'];
    const facilityId = typeof token === 'string' ? this.tokens.facilityIdOf(token) : null;
    if (facilityId !== null) narrowRequest([facilityId]);
    const facility = facilityId === null ? null : await this.facilities.find(facilityId);
    const isKnown = facility?.notifications.channels.some(settings => settings.channel === channel);
    if (channel === undefined || facilityId === null || isKnown !== true) throw new CallbackEndpointNotFoundError();
    return { facilityId, channel };
  }
}

/** What the guard has verified. */
export function callbackOf(request: CallbackRequest): ProviderCallback {
  if (!request.providerCallback) throw new Error('A callback route without ProviderCallbackGuard');
  return request.providerCallback;
}
