import { CONNECT_TIMEOUT_MS, KEEPALIVE_AFTER_MS, serverSettings } from './connection-limits.js';
import { WatchedClient } from './watched-client.js';

const RECONNECT_MS = 1_000;
const HEARTBEAT_MS = 2_000;
const ANSWER_TIMEOUT_MS = 3_000;

export interface Listening {
  connectionString: string;
  applicationName: string;
  channel: string;
  onMessage: (payload: string) => void;
  /** It listens, for the first time or again: what was said before may have been missed. */
  onListening: () => void;
  onLost: () => void;
}

/**
 * A connection of its own that listens on a channel of PostgreSQL, and begins anew for as long as it takes when it is lost. A loss that
 * nobody tells of is found out within six seconds, by a heartbeat; likewise that the server knows nothing of the channel any more.
 */
export class ListeningConnection {
  private client: WatchedClient | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isListening = false;
  private isStopped = false;

  constructor(private readonly listening: Listening) {}

  /** One try; if it fails, others follow. Never throws. */
  async start(): Promise<void> {
    const { connectionString, applicationName, channel, onMessage } = this.listening;
    const client = new WatchedClient({
      connectionString,
      application_name: applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      answerTimeoutMs: ANSWER_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS,
      options: serverSettings(),
    });
    this.client = client;
    client.on('notification', message => {
      onMessage(message.payload ?? '');
    });
    client.on('error', () => {
      this.lost(client);
    });
    client.on('end', () => {
      this.lost(client);
    });
    try {
      await client.connect();
      await client.query(`listen "${channel}"`);
    } catch {
      this.lost(client);
      return;
    }
    if (this.client !== client || this.isStopped) return;
    this.isListening = true;
    this.listening.onListening();
    this.beatLater(client);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined);
  }

  private beatLater(client: WatchedClient): void {
    this.timer = setTimeout(() => void this.beat(client), HEARTBEAT_MS);
  }

  private async beat(client: WatchedClient): Promise<void> {
    try {
      const { rowCount } = await client.query('select from pg_listening_channels() as channel where channel = $1', [
        this.listening.channel,
      ]);
      if (rowCount === 0) this.lost(client);
    } catch {
      this.lost(client);
    }
    if (this.client === client && !this.isStopped) this.beatLater(client);
  }

  private lost(client: WatchedClient): void {
    if (client !== this.client || this.isStopped) return;
    this.client = undefined;
    clearTimeout(this.timer);
    if (this.isListening) this.listening.onLost();
    this.isListening = false;
    client.end().catch(() => undefined);
    this.timer = setTimeout(() => void this.start(), RECONNECT_MS);
  }
}
