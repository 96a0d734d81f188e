import { WatchedClient, type WatchedClientOptions } from './watched-client.js';

const BEGUN = { command: 'BEGIN', rowCount: null, rows: [] };

/**
 * A connection on which no statement waits for the answer to the one before, and all that is made at one moment goes out in one
 * write: each write wakes the server, which on a quiet machine takes longer than most statements.
 *
 * `begin` is not waited for at all: it goes out with the transaction's first statement. On a connection that lives it does not
 * fail; if ever it does, the connection is given up, and with it what came after.
 */
export class PipelinedClient extends WatchedClient {
  private isCorked = false;

  /** `options`: with `pipeline`. */
  constructor(options: WatchedClientOptions) {
    super(options);
    const send = this.query.bind(this) as (...query: unknown[]) => Promise<unknown>;
    this.query = ((...query: unknown[]) => {
      this.gather();
      const sent = send(...query);
      // Where nobody is at the other end, it is rolled back. A failure here would keep the connection from its pool for ever:
      // https://github.com/kysely-org/kysely/issues/1990
      if (query[0] === 'rollback') {
        return sent.catch((error: unknown) => {
          this.stream.destroy(error as Error);
          return { command: 'ROLLBACK', rowCount: null, rows: [] };
        });
      }
      if (query[0] !== 'begin') return sent;
      sent.catch((error: unknown) => {
        this.stream.destroy(error as Error);
      });
      return Promise.resolve(BEGUN);
    }) as typeof this.query;
  }

  private gather(): void {
    if (this.isCorked) return;
    this.isCorked = true;
    const { stream } = this;
    stream.cork();
    process.nextTick(() => {
      this.isCorked = false;
      stream.uncork();
    });
  }
}
