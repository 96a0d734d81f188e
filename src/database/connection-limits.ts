/** For how long a connection may take to come about, or to be free in its pool. */
export const CONNECT_TIMEOUT_MS = 3_000;

/** `requests`: all that the running hub does. `migrations`: a few statements, each of which takes as long as it takes. */
export type DatabaseUse = 'requests' | 'migrations';

/** What node-postgres is given, besides where the server is. */
interface ConnectionLimits {
  /** The server ends a statement that runs, or waits on a lock, for longer. */
  statement_timeout?: number;
  lock_timeout?: number;
  /** The server ends a transaction of which it has heard nothing for longer: its process was stopped or cut off, and others wait for its locks. */
  idle_in_transaction_session_timeout?: number;
  /** The hub gives up a connection on which the server says nothing for longer: then it is not the statement that is slow. */
  answerTimeoutMs?: number;
}

/** Somebody waits for a request, 5 s at most. Behind a migration that waits for a lock everybody waits. All in milliseconds. */
export const LIMITS: Record<DatabaseUse, ConnectionLimits> = {
  requests: { statement_timeout: 3_500, answerTimeoutMs: 4_000, idle_in_transaction_session_timeout: 5_000 },
  migrations: { lock_timeout: 10_000 },
};

/** A connection on which nothing is said for so long is probed, so that no firewall on the way forgets it. */
export const KEEPALIVE_AFTER_MS = 10_000;

/** By these the server finds connections at whose other end nobody is any more, and frees their places. */
const KEEPALIVES = { tcp_keepalives_idle: 10, tcp_keepalives_interval: 5, tcp_keepalives_count: 3 };

/** `options` of a connection: the server's settings for it. */
export function serverSettings(settings: Record<string, string> = {}): string {
  return Object.entries({ ...KEEPALIVES, ...settings })
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}
