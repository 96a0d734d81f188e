import type { Provider, Type } from '@nestjs/common';
import type { ChannelClient, SearchableChannelClient } from './channels/channel-client.js';
import { LogClient } from './channels/log.client.js';
import { MessengerClient } from './channels/messenger/messenger.client.js';
import { TwilioClient } from './channels/sms/twilio.client.js';
import { ViberClient } from './channels/viber/viber.client.js';
import type { MessageChannel } from './notification-state.js';

/** The channels there are. Another one is its class, and a line here. */
const CHANNEL_CLIENTS: Type<ChannelClient>[] = [MessengerClient, ViberClient, TwilioClient, LogClient];

export class ChannelClients {
  private readonly clients: ReadonlyMap<MessageChannel, ChannelClient>;

  constructor(clients: readonly ChannelClient[]) {
    this.clients = new Map(clients.map(client => [client.channel, client]));
  }

  of(channel: MessageChannel): ChannelClient {
    const client = this.clients.get(channel);
    if (!client) throw new Error(`No client serves the channel ${channel}`);
    return client;
  }

  /** null: the channel's provider cannot be asked for what it has taken. */
  searchable(channel: MessageChannel): SearchableChannelClient | null {
    const client = this.of(channel);
    return 'find' in client ? (client as SearchableChannelClient) : null;
  }
}

/** The clients, and `ChannelClients` over all of them. */
export const CHANNEL_PROVIDERS: Provider[] = [
  ...CHANNEL_CLIENTS,
  { provide: ChannelClients, inject: CHANNEL_CLIENTS, useFactory: (...clients: ChannelClient[]) => new ChannelClients(clients) },
];
