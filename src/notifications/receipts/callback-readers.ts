import type { IncomingHttpHeaders } from 'node:http';
import type { Channel } from '../../facilities/facility.settings.js';
import { readMessengerCallback } from './messenger-callback.js';
import type { CallbackReading } from './receipt.js';
import { readTwilioCallback } from './twilio-callback.js';
import { readViberCallback } from './viber-callback.js';

/** A callback as it came. */
export interface CallbackDelivery {
  /** The address the provider posted to, as it knows it. */
  url: string;
  body: Buffer;
  headers: IncomingHttpHeaders;
}

/** Reads a provider's callback by that provider's own rule. `secrets`: the facility's credentials of the channel, by name. */
export function readCallback(channel: Channel, secrets: Readonly<Record<string, string>>, delivery: CallbackDelivery): CallbackReading {
  switch (channel) {
    case 'sms':
      return readTwilioCallback({ ...delivery, authTokens: known(secrets['authToken']) });
    case 'viber':
      return readViberCallback({ ...delivery, authToken: secrets['authToken'] ?? '' });
    case 'messenger':
      return readMessengerCallback({ ...delivery, appSecret: secrets['appSecret'] ?? '' });
  }
}

function known(secret: string | undefined): string[] {
  return secret === undefined ? [] : [secret];
}
