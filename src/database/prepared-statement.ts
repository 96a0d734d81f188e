import { DriverException } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { isError } from '../common/is-error.js';

/** What Kysely hands out as a connection: it passes `sql` on to node-postgres as it is, which takes a named statement there, too. */
interface Connection {
  executeQuery(query: { sql: { name: string; text: string }; parameters: readonly unknown[] }): Promise<{ rows: unknown[] }>;
}

interface Executor {
  provideConnection<T>(use: (connection: Connection) => Promise<T>): Promise<T>;
}

interface Transaction {
  getExecutor(): Executor;
  readonly isCommitted: boolean;
  readonly isRolledBack: boolean;
}

/** The connections of the transactions that are under way. */
const connections = new WeakMap<Transaction, Promise<Connection>>();
/** What a `sendingTransaction` has sent and will await in the end. */
const unanswered = new WeakMap<Transaction, Promise<unknown>[]>();

/**
 * A statement that each connection parses and plans once, for the paths where somebody waits: MikroORM writes values into the
 * text, so that PostgreSQL plans it anew each time, which takes longer than to run it. Its columns must be named: a plan does
 * not survive that `*` means others.
 *
 * Within a transaction, statements that do not wait for each other go out at once and are answered in the order they were made;
 * where one fails, so do those after it. All must be awaited, failed or not, before the transaction ends.
 */
export class PreparedStatement<Row = unknown> {
  /** `name`: unique. `text`: values as `$1`, `$2`. */
  constructor(
    private readonly name: string,
    private readonly text: string,
  ) {}

  /** Takes part in the transaction of `em`, if there is one. Throws as MikroORM does. */
  async run(em: EntityManager, values: readonly unknown[]): Promise<Row[]> {
    // A new object each time: node-postgres puts the values on it.
    const query = { sql: { name: this.name, text: this.text }, parameters: values };
    try {
      const transaction = em.getTransactionContext<Transaction>();
      if (!transaction) {
        const executor = em.getConnection().getClient().getExecutor() as unknown as Executor;
        const { rows } = await executor.provideConnection(connection => connection.executeQuery(query));
        return rows as Row[];
      }
      const connection = await connectionOf(transaction);
      if (transaction.isCommitted || transaction.isRolledBack)
        throw new Error(`The statement ${this.name} came after the end of its transaction`);
      return (await connection.executeQuery(query)).rows as Row[];
    } catch (error) {
      throw isError(error) ? em.getPlatform().getExceptionConverter().convertException(error) : error;
    }
  }

  /** The same, for whom the answer does not matter: in a `sendingTransaction` it is not waited for, and its failure is the transaction's. */
  async send(em: EntityManager, values: readonly unknown[]): Promise<void> {
    const transaction = em.getTransactionContext<Transaction>();
    const isSending = transaction !== undefined && unanswered.has(transaction);
    const answer = this.ask(em, values);
    if (!isSending) await answer;
  }

  /** The same, for whom the rows matter only once the transaction is over: before, in a `sendingTransaction`, they are not to be awaited. */
  ask(em: EntityManager, values: readonly unknown[]): Promise<Row[]> {
    const answer = this.run(em, values);
    answer.catch(() => undefined);
    const transaction = em.getTransactionContext<Transaction>();
    if (transaction) unanswered.get(transaction)?.push(answer);
    return answer;
  }
}

/**
 * A transaction that does not wait for the answers to its last statements (`PreparedStatement.send`): they go out together with
 * its commit, which PostgreSQL makes a rollback where one of them has failed. Then it throws what that one threw.
 */
export async function sendingTransaction<T>(em: EntityManager, work: (em: EntityManager) => Promise<T>): Promise<T> {
  const sent: Promise<unknown>[] = [];
  const begun = em.transactional(
    async inner => {
      const transaction = inner.getTransactionContext<Transaction>();
      if (transaction) {
        unanswered.set(transaction, sent);
        // At hand before the work begins, so that what it sends is on its way before the commit is.
        await connectionOf(transaction);
      }
      return work(inner);
    },
    { clear: true },
  );
  try {
    return await begun;
  } finally {
    // What failed first goes before what failed because of it.
    await Promise.all(sent);
  }
}

/** SQL to select that fails unless the condition holds: it undoes a transaction whose commit is on its way already. */
export function must(condition: string): string {
  return `1 / (case when ${condition} then 1 else 0 end)`;
}

/** Whether that is what failed: a division by zero. */
export function isUnmet(error: unknown): boolean {
  return error instanceof DriverException && error.code === '22012';
}

/** Taken out once: Kysely sends what goes through its executor one by one. */
function connectionOf(transaction: Transaction): Promise<Connection> {
  let connection = connections.get(transaction);
  if (!connection) {
    connection = transaction.getExecutor().provideConnection(present => Promise.resolve(present));
    connections.set(transaction, connection);
  }
  return connection;
}
