import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import type { Db } from 'pg-boss';
import type { Clock } from '../common/clock.js';
import type { PoolMetrics } from '../common/pool-metrics.js';
import { isDatabaseAway } from '../common/problem.filter.js';
import { unexpectedFailure } from '../common/unexpected-failure.js';
import { CONNECT_TIMEOUT_MS, KEEPALIVE_AFTER_MS, serverSettings } from '../database/connection-limits.js';
import { ListeningConnection } from '../database/listening-connection.js';
import { WatchedClient, type WatchedClientOptions } from '../database/watched-client.js';

const APPLICATION_NAME = 'hub-jobs';
/** Of its own: where requests have taken all of theirs, the jobs' heartbeats go on. */
const CONNECTIONS = 4;
/**
 * Of the server, once it is heard of again on another connection: nobody waits, and what a frozen server was asked it does when it
 * wakes. A job that it hands out to a connection that is given up lies there until its heartbeat is over.
 */
const ANSWER_TIMEOUT_MS = 3_000;
const PAUSE_MS = 500;
/** For how long one statement is tried while the database is away. */
const LONGEST_AWAY_MS = 120_000;

/**
 * PostgreSQL as pg-boss uses it. Its own way would wait for ever for a server that is frozen, and listen again only half a minute after one
 * that was away.
 */
export class JobsDatabase implements Db {
  private readonly logger = new Logger(JobsDatabase.name);
  private readonly pool: pg.Pool;
  /** Since the last statement that failed for that. */
  isAway = false;
  private isEnduring = false;
  private onJobs: (queue: string | null) => void = () => undefined;
  /** pg-boss's own listener. */
  private onNotification: (queue: string) => void = () => undefined;

  constructor(
    private readonly url: string,
    private readonly clock: Clock,
    pools: PoolMetrics,
  ) {
    const options: pg.PoolConfig & WatchedClientOptions = {
      connectionString: url,
      application_name: APPLICATION_NAME,
      max: CONNECTIONS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      answerTimeoutMs: ANSWER_TIMEOUT_MS,
      isPatient: true,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS,
      options: serverSettings(),
      // The pool hands it these options; its types know of no Client that takes any.
      Client: WatchedClient as unknown as new () => pg.ClientBase,
    };
    this.pool = new pg.Pool(options);
    pools.watch('jobs', this.pool);
    // Of a connection that nobody uses: the next statement takes another, or says what is wrong.
    this.pool.on('error', () => undefined);
  }

  /**
   * From now on, or no more: what fails because the database is away is tried on until it is back. A worker that could not say what became
   * of its jobs would leave them lying until their heartbeat is over. All statements may be repeated: what settles jobs names the tries
   * that it is about, and the others take what is there.
   */
  endure(isEnduring: boolean): void {
    this.isEnduring = isEnduring;
  }

  /** Hears which queue has new jobs; null: any may have. One listener. */
  onNewJobs(listener: (queue: string | null) => void): void {
    this.onJobs = listener;
  }

  /** As though the queue had been told of: a job of it may be taken by now. */
  tellReady(queue: string): void {
    this.onNotification(queue);
    this.onJobs(queue);
  }

  async executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> {
    const endMs = this.clock.monotonicMs() + LONGEST_AWAY_MS;
    for (;;) {
      try {
        const result = await this.pool.query(text, values);
        this.isAway = false;
        return result;
      } catch (error) {
        this.notice(error);
        if (!this.isEnduring || !isDatabaseAway(error) || this.clock.monotonicMs() > endMs) throw error;
        await delay(PAUSE_MS);
      }
    }
  }

  async listen(channel: string, onNotification: (payload: string) => void, onReconnect: () => void): Promise<{ close(): Promise<void> }> {
    this.onNotification = onNotification;
    const connection = new ListeningConnection({
      connectionString: this.url,
      applicationName: `${APPLICATION_NAME}-listen`,
      channel,
      onMessage: queue => {
        this.tellReady(queue);
      },
      onListening: () => {
        onReconnect();
        this.onJobs(null);
      },
      onLost: () => undefined,
    });
    await connection.start();
    return { close: () => connection.stop() };
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  /** Told once, not each second that the database is away. */
  private notice(error: unknown): void {
    if (!isDatabaseAway(error)) return;
    if (!this.isAway)
      this.logger.error({ msg: 'The job queue has no database; it goes on when that is back', ...unexpectedFailure(error) });
    this.isAway = true;
  }
}
