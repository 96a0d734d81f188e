import { presentScope } from './facility-scope.js';
import { APP_ROLE } from './row-security.js';
import { WatchedClient, type WatchedClientOptions } from './watched-client.js';

/** What each connection begins with, where it is the hub's. A database that is not migrated yet may not know the role. */
const BECOME = { name: 'become-app', text: `select set_config('role', rolname, false) from pg_roles where rolname = '${APP_ROLE}'` };
const SCOPE = { name: 'facility-scope', text: `select set_config('app.facility_ids', $1, false)` };
const BEGIN = /^(begin|start transaction)/i;
const END = /^(commit|rollback)$/i;

/** `isOwner`: it changes the schema, and sees all rows; the hub itself sees those in scope. */
export interface PipelinedClientConfig extends WatchedClientOptions {
  isOwner?: boolean;
}

const BEGUN = { command: 'BEGIN', rowCount: null, rows: [] };

/**
 * A connection on which no statement waits for the answer to the one before, and all that is made at one moment goes out in one
 * write: each write wakes the server, which on a quiet machine takes longer than most statements.
 *
 * `begin` is not waited for at all: it goes out with the transaction's first statement. On a connection that lives it does not
 * fail; if ever it does, the connection is given up, and with it what came after.
 *
 * Ahead of a statement, or of a transaction, of another scope than the last goes the word which facilities' rows are to be seen
 * (`facility-scope.ts`): in the same write, and not waited for.
 */
export class PipelinedClient extends WatchedClient {
  private isCorked = false;
  private isInTransaction = false;
  /** What PostgreSQL was told last; undefined: nothing yet. */
  private scope: string | undefined;

  /** `options`: with `pipeline`. Taken as they are: the pool hides the password from copies. */
  constructor(options: PipelinedClientConfig) {
    super(options);
    const isOwner = options.isOwner === true;
    const send = this.query.bind(this) as (...query: unknown[]) => Promise<unknown>;
    this.query = ((...query: unknown[]) => {
      this.gather();
      if (!isOwner) this.tellScope(query[0], send);
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

  /** Not within a transaction, whose end may take it back. */
  private tellScope(statement: unknown, send: (query: object) => Promise<unknown>): void {
    const text = typeof statement === 'string' ? statement : '';
    const scope = presentScope();
    if (!this.isInTransaction && scope !== this.scope) {
      if (this.scope === undefined) this.must(send({ ...BECOME }).then(answer => this.tryAgainWithoutRole(answer)));
      this.must(send({ ...SCOPE, values: [scope] }));
      this.scope = scope;
    }
    this.isInTransaction = BEGIN.test(text) || (this.isInTransaction && !END.test(text));
  }

  /** On a database that is not migrated yet there may be no such role: the next statement asks for it again. */
  private tryAgainWithoutRole(answer: unknown): void {
    if ((answer as { rowCount: number }).rowCount === 0) this.scope = undefined;
  }

  /** Where it fails, nothing that comes after it may be answered. */
  private must(sent: Promise<unknown>): void {
    sent.catch((error: unknown) => {
      this.stream.destroy(error as Error);
    });
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
