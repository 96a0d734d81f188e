import { Injectable } from '@nestjs/common';
import { UpstreamClient } from '../../../schedulers/upstream.client.js';
import type { ChannelClient, OutgoingMessage, SendOutcome } from '../channel-client.js';
import { viberOutcome } from './viber-answer.js';

/**
 * Viber by the REST bot API (https://developers.viber.com/docs/api/rest-bot-api/). Viber has no list of what was sent, and its receipts
 * bring back nothing of ours: a message whose answer was lost is not found again. `tracking_data` is left to the chat platform: it comes
 * back with a person's next reply, in place of what the platform itself has put there.
 */
@Injectable()
export class ViberClient implements ChannelClient {
  readonly channel = 'viber';

  constructor(private readonly upstream: UpstreamClient) {}

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    const { settings } = message;
    if (settings.channel !== 'viber') throw new TypeError(`Settings of viber are needed, not of ${settings.channel}.`);
    const authToken = message.secrets['authToken'];
    if (!authToken) return { outcome: 'refused', code: 'credentials-refused', providerCode: null, httpStatus: null };
    const reply = await this.upstream.write({
      method: 'POST',
      url: new URL('/pa/send_message', settings.baseUrl),
      headers: { accept: 'application/json', 'content-type': 'application/json', 'x-viber-auth-token': authToken },
      body: JSON.stringify({
        receiver: message.address,
        min_api_version: 1,
        sender: { name: settings.senderName },
        type: 'text',
        text: message.text,
      }),
      timeoutMs: message.timeoutMs,
    });
    return viberOutcome(reply);
  }
}
