import { Injectable, Logger } from '@nestjs/common';
import type { ChannelClient, OutgoingMessage, SendOutcome } from './channel-client.js';

/** Sends nothing: notes in the hub's log that a message would have gone, without its text and address. Takes every message. */
@Injectable()
export class LogClient implements ChannelClient {
  readonly channel = 'log';
  private readonly logger = new Logger(LogClient.name);

  send({ attemptId, kind, locale }: OutgoingMessage): Promise<SendOutcome> {
    this.logger.log({ msg: 'a message would have been sent', attemptId, kind, locale });
    return Promise.resolve({ outcome: 'accepted', providerMessageId: `log-${attemptId}`, segments: null, httpStatus: null });
  }
}
