import pg from 'pg';
import type { Db } from 'pg-boss';
import { CONNECT_TIMEOUT_MS, KEEPALIVE_AFTER_MS, serverSettings } from '../database/connection-limits.js';
import { ListeningConnection } from '../database/listening-connection.js';
import { WatchedClient, type WatchedClientOptions } from '../database/watched-client.js';

const APPLICATION_NAME = 'hub-jobs';
/** Of its own: where requests have taken all of theirs, the jobs' heartbeats go on. */
const CONNECTIONS = 4;
/** Longer than a request waits: pg-boss has work that takes seconds where there are many jobs. */
const ANSWER_TIMEOUT_MS = 5_000;

/**
 * PostgreSQL as pg-boss uses it. Its own way would wait for ever for a server that is frozen, and listen again only half a minute after one
 * that was away.
 */
export class JobsDatabase implements Db {
  private readonly pool: pg.Pool;

  constructor(private readonly url: string) {
    const options: pg.PoolConfig & WatchedClientOptions = {
      connectionString: url,
      application_name: APPLICATION_NAME,
      max: CONNECTIONS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      answerTimeoutMs: ANSWER_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS,
      options: serverSettings(),
      // The pool hands it these options; its types know of no Client that takes any.
      Client: WatchedClient as unknown as new () => pg.ClientBase,
    };
    this.pool = new pg.Pool(options);
    // Of a connection that nobody uses: the next statement takes another, or says what is wrong.
    this.pool.on('error', () => undefined);
  }

  async executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> {
    return this.pool.query(text, values);
  }

  async listen(channel: string, onNotification: (payload: string) => void, onReconnect: () => void): Promise<{ close(): Promise<void> }> {
    const connection = new ListeningConnection({
      connectionString: this.url,
      applicationName: `${APPLICATION_NAME}-listen`,
      channel,
      onMessage: onNotification,
      onListening: onReconnect,
      onLost: () => undefined,
    });
    await connection.start();
    return { close: () => connection.stop() };
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}
