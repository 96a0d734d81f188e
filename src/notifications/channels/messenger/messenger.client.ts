import { Injectable } from '@nestjs/common';
import { Clock } from '../../../common/clock.js';
import { UpstreamClient } from '../../../schedulers/upstream.client.js';
import type { ChannelClient, OutgoingMessage, SendOutcome } from '../channel-client.js';
import { messengerAnswer } from './messenger-answer.js';
import { messengerRequest } from './messenger-request.js';

/** Of 29 July 2026; each version is served for two years and more: https://developers.facebook.com/docs/graph-api/changelog */
const GRAPH_VERSION = 'v26.0';

/** Meta's Send API: https://developers.facebook.com/docs/messenger-platform/reference/send-api */
@Injectable()
export class MessengerClient implements ChannelClient {
  readonly channel = 'messenger';

  constructor(
    private readonly upstream: UpstreamClient,
    private readonly clock: Clock,
  ) {}

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    const { settings, secrets, timeoutMs } = message;
    if (settings.channel !== this.channel) throw new TypeError(`settings of ${settings.channel} given to ${this.channel}`);
    const request = messengerRequest(message, settings, this.clock.now());
    if (request.kind === 'refused') return { outcome: 'refused', code: request.code, providerCode: null, httpStatus: null };
    const token = secrets['pageAccessToken'] ?? '';
    if (token === '') return { outcome: 'refused', code: 'credentials-refused', providerCode: null, httpStatus: null };
    const reply = await this.upstream.write({
      method: 'POST',
      url: new URL(`/${GRAPH_VERSION}/me/messages`, settings.baseUrl),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(request.body),
      timeoutMs,
    });
    return messengerAnswer(reply, request.mode);
  }
}
