import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import pg from 'pg';
import { HubConfig } from '../config/config.js';

const CHANNEL = 'hub_invalidations';
const RECONNECT_MS = 1_000;

/** What a cache hears: that one key of its topic is out of date, or (null) that it may have missed something. */
export type Invalidate = (key: string | null) => void;

/**
 * Tells the caches of every copy of the hub what has changed, by PostgreSQL's NOTIFY: delivered when, and only when, the
 * announcing transaction commits. While this copy cannot listen, `isListening` is false and caches must not be trusted.
 */
@Injectable()
export class Invalidations implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Invalidations.name);
  private readonly listeners = new Map<string, Invalidate[]>();
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  isListening = false;

  constructor(private readonly config: HubConfig) {}

  /** A topic may have several listeners: each hears all of it. */
  subscribe(topic: string, invalidate: Invalidate): void {
    this.listeners.set(topic, [...(this.listeners.get(topic) ?? []), invalidate]);
  }

  /** Announces within the transaction of `em`. `key`: an opaque id, never PHI. */
  async announce(em: EntityManager, topic: string, key: string): Promise<void> {
    await em.execute('select pg_notify(?, ?)', [CHANNEL, JSON.stringify([topic, key])]);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.connect();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.config.databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: 3_000,
      application_name: 'hub-listen',
    });
    this.client = client;
    client.on('notification', message => {
      this.receive(message.payload ?? '');
    });
    client.on('error', () => {
      this.lost(client);
    });
    client.on('end', () => {
      this.lost(client);
    });
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
    } catch {
      this.lost(client);
      return;
    }
    if (this.isStopped) return;
    this.resetAll();
    this.isListening = true;
  }

  private lost(client: pg.Client): void {
    if (client !== this.client || this.isStopped) return;
    this.client = undefined;
    if (this.isListening) this.logger.warn('The connection that listens for changes is lost: caches are off until it is back');
    this.isListening = false;
    client.end().catch(() => undefined);
    this.timer = setTimeout(() => void this.connect(), RECONNECT_MS);
  }

  private resetAll(): void {
    for (const invalidate of [...this.listeners.values()].flat()) invalidate(null);
  }

  private receive(payload: string): void {
    const [topic, key] = JSON.parse(payload) as [string, string];
    for (const invalidate of this.listeners.get(topic) ?? []) invalidate(key);
  }
}
