import { Injectable } from '@nestjs/common';
import { Clock } from '../../../common/clock.js';
import type { SmsSettings } from '../../../facilities/facility.settings.js';
import { UpstreamClient } from '../../../schedulers/upstream.client.js';
import type { FoundMessage, OutgoingMessage, SearchableChannelClient, SendOutcome } from '../channel-client.js';
import { twilioOutcome } from './twilio-answer.js';
import { matchPage, readPage, sidsByAge, type ListPage } from './twilio-list.js';
import type { TwilioMessage } from './twilio-message.js';
import { authorization, messageForm, messagesUrl, searchUrl } from './twilio-request.js';

/** Of messages to one address: a list that is longer tells nothing. */
const MAX_PAGES = 10;

/** SMS by Twilio's REST API 2010-04-01 (https://www.twilio.com/docs/messaging/api/message-resource). */
@Injectable()
export class TwilioClient implements SearchableChannelClient {
  readonly channel = 'sms';

  constructor(
    private readonly upstream: UpstreamClient,
    private readonly clock: Clock,
  ) {}

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    const settings = smsSettings(message);
    const authToken = message.secrets['authToken'];
    if (!authToken) return { outcome: 'refused', code: 'credentials-refused', providerCode: null, httpStatus: null };
    const reply = await this.upstream.write({
      method: 'POST',
      url: messagesUrl(settings),
      headers: {
        accept: 'application/json',
        authorization: authorization(settings, authToken),
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: messageForm(settings, message),
      timeoutMs: message.timeoutMs,
    });
    return twilioOutcome(reply);
  }

  /**
   * Looks through all that was sent to the address, by text and time: Twilio keeps no reference of ours.
   *
   * `absent`: the list was read to its end, and the message is not in it *now*. That alone does not prove that it was not taken:
   * Twilio may still be busy with the request, and may list what it has taken with a delay. So believe it only when the attempt
   * is some minutes old, or on a second look that much later. `unavailable`: the list could not be read whole within
   * `message.timeoutMs`, or it holds a message without a text (redacted) that may be this one.
   */
  async find(message: OutgoingMessage, since: Date): Promise<FoundMessage> {
    const settings = smsSettings(message);
    const authToken = message.secrets['authToken'];
    if (!authToken) return { kind: 'unavailable' };
    const deadlineMs = this.clock.monotonicMs() + message.timeoutMs;
    const seen = new Set<string>();
    const found: TwilioMessage[] = [];
    for (let url = searchUrl(settings, message.address); ;) {
      seen.add(url.href);
      const page = await this.readPage(url, authorization(settings, authToken), deadlineMs - this.clock.monotonicMs());
      const match = page && matchPage(page.messages, message.text, since);
      if (!page || !match || match.isUndecidable || page.next === 'not-followed') return { kind: 'unavailable' };
      found.push(...match.messages);
      if (page.next === null) return found.length === 0 ? { kind: 'absent' } : { kind: 'found', providerMessageIds: sidsByAge(found) };
      if (seen.has(page.next.href) || seen.size >= MAX_PAGES) return { kind: 'unavailable' };
      url = page.next;
    }
  }

  private async readPage(url: URL, credentials: string, timeoutMs: number): Promise<ListPage | null> {
    if (timeoutMs < 1) return null;
    const headers = { accept: 'application/json', authorization: credentials };
    const reply = await this.upstream.read({ method: 'GET', url, headers, body: null, timeoutMs });
    return reply.kind === 'answered' && reply.status === 200 && reply.body.kind === 'json' ? readPage(reply.body.value, url) : null;
  }
}

/** The caller picks the client by the settings' channel: anything else is its mistake. */
function smsSettings(message: OutgoingMessage): SmsSettings {
  if (message.settings.channel !== 'sms') throw new TypeError(`Settings of sms are needed, not of ${message.settings.channel}.`);
  return message.settings;
}
