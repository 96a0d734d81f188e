import pg from 'pg';
import { AnswerWatch, type WatchedConnection } from './answer-watch.js';

export interface WatchedClientOptions extends pg.ClientConfig {
  /** How long the server may be silent while a statement is unanswered, in milliseconds; unset: for ever. */
  answerTimeoutMs?: number;
  /** Whether only the time counts since the server has been heard of on another connection. Nobody must be waiting. */
  isPatient?: boolean;
}

/** What node-postgres knows of itself, and its types leave out. */
interface Wire {
  /** False from a statement's start until its answer is complete. */
  readyForQuery: boolean;
  /** Its goodbye is said. */
  _ending: boolean;
  connection: { stream: WireStream };
}

interface WireStream {
  bytesRead: number;
  cork(): void;
  uncork(): void;
  destroy(error?: Error): void;
}

const watch = new AnswerWatch();

/** The server has taken a statement, or nobody has, and no answer came in time. Whether it was carried out is not known. */
export class DatabaseSilentError extends Error {
  /** As a socket's own: to the hub the database is away. */
  readonly code = 'ETIMEDOUT';

  constructor(answerTimeoutMs: number) {
    super(`The database has not answered for ${answerTimeoutMs / 1_000} s: the connection is given up`);
  }
}

/**
 * A connection that is given up as a whole when the server is silent for too long. node-postgres's own `query_timeout` gives up a
 * statement and keeps the connection: with the transaction that the statement belonged to, and the answers that come late.
 */
export class WatchedClient extends pg.Client {
  constructor(options: WatchedClientOptions) {
    super(options);
    const { answerTimeoutMs, isPatient = false } = options;
    if (answerTimeoutMs === undefined) return;
    const connection = this.watched(answerTimeoutMs, isPatient);
    this.once('connect', () => {
      watch.add(connection);
    });
    this.once('end', () => {
      watch.remove(connection);
    });
  }

  protected get stream(): WireStream {
    return this.wire.connection.stream;
  }

  private get wire(): Wire {
    return this as unknown as Wire;
  }

  private watched(answerTimeoutMs: number, isPatient: boolean): WatchedConnection {
    return {
      server: `${this.host}:${this.port}`,
      answerTimeoutMs,
      isPatient,
      isUnanswered: () => !this.wire.readyForQuery || this.wire._ending,
      bytesRead: () => this.stream.bytesRead,
      giveUp: () => {
        this.stream.destroy(this.wire._ending ? undefined : new DatabaseSilentError(answerTimeoutMs));
      },
    };
  }
}
