import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { EventSubscriber } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { HubConfig } from '../config/config.js';
import { databaseUrlOf } from './database-url.js';
import { ListeningConnection } from './listening-connection.js';
import { PreparedStatement } from './prepared-statement.js';

const CHANNEL = 'hub_invalidations';

/** What a cache hears: that one key of its topic is out of date, or (null) that it may have missed something. */
export type Invalidate = (key: string | null) => void;

/** What `pg_notify` takes. */
export type Announcement = [channel: string, payload: string];

const NOTIFY = new PreparedStatement('notify', 'select pg_notify($1, payload) from unnest($2::text[]) as given (payload)');

/**
 * Tells the caches of every copy of the hub what has changed, by PostgreSQL's NOTIFY: delivered when, and only when, the
 * announcing transaction commits. While this copy cannot listen, `isListening` is false and caches must not be trusted.
 */
@Injectable()
export class Invalidations implements EventSubscriber, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Invalidations.name);
  private readonly listeners = new Map<string, Invalidate[]>();
  private readonly origin = randomUUID();
  private connection: ListeningConnection | undefined;
  /** By transaction, until it ends. */
  private readonly announced = new WeakMap<object, [topic: string, key: string][]>();
  isListening = false;

  constructor(
    private readonly config: HubConfig,
    em: EntityManager,
  ) {
    em.getEventManager().registerSubscriber(this);
  }

  /** A topic may have several listeners: each hears all of it. */
  subscribe(topic: string, invalidate: Invalidate): void {
    this.listeners.set(topic, [...(this.listeners.get(topic) ?? []), invalidate]);
  }

  /**
   * Announces within the transaction of `em`. This copy hears of it with the commit, before whoever made the change does; the
   * others a moment later. `key`: an opaque id, never PHI.
   */
  async announce(em: EntityManager, topic: string, key: string): Promise<void> {
    await this.announceAll(em, topic, [key]);
  }

  /** The same, many in one statement. */
  async announceAll(em: EntityManager, topic: string, keys: readonly string[]): Promise<void> {
    const payloads = keys.map(key => this.announcement(em, topic, key)[1]);
    if (payloads.length > 0) await NOTIFY.send(em, [CHANNEL, payloads]);
  }

  /** The same, left to a statement of the transaction: what it hands to `pg_notify`. This copy hears of it with the commit in any case. */
  announcement(em: EntityManager, topic: string, key: string): Announcement {
    const transaction = em.getTransactionContext<object>();
    const origin = transaction ? this.origin : null;
    if (transaction) this.announced.set(transaction, [...(this.announced.get(transaction) ?? []), [topic, key]]);
    return [CHANNEL, JSON.stringify([topic, key, origin])];
  }

  afterTransactionCommit({ transaction }: { transaction?: object }): void {
    const announced = transaction === undefined ? [] : (this.announced.get(transaction) ?? []);
    for (const [topic, key] of announced) this.tell(topic, key);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.connection = new ListeningConnection({
      connectionString: databaseUrlOf(this.config),
      applicationName: 'hub-listen',
      channel: CHANNEL,
      onMessage: payload => {
        this.receive(payload);
      },
      onListening: () => {
        this.resetAll();
        this.isListening = true;
      },
      onLost: () => {
        this.isListening = false;
        this.logger.warn('The connection that listens for changes is lost: caches are off until it is back');
      },
    });
    await this.connection.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.connection?.stop();
  }

  private resetAll(): void {
    for (const invalidate of [...this.listeners.values()].flat()) invalidate(null);
  }

  private receive(payload: string): void {
    const [topic, key, origin] = JSON.parse(payload) as [string, string, string | null];
    // What this copy announced itself, it has heard with the commit.
    if (origin !== this.origin) this.tell(topic, key);
  }

  private tell(topic: string, key: string): void {
    for (const invalidate of this.listeners.get(topic) ?? []) invalidate(key);
  }
}
