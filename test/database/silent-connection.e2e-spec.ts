import { MikroORM, type EntityManager } from '@mikro-orm/postgresql';
import { isDatabaseAway } from '../../src/common/problem.filter.js';
import { ormOptions } from '../../src/database/orm-options.js';
import { sendingTransaction, PreparedStatement } from '../../src/database/prepared-statement.js';
import { ENTITIES } from '../../src/entities.js';
import { startCuttableProxy, type CuttableProxy } from '../support/cuttable-proxy.js';
import { createTestDatabase } from '../support/test-database.js';
import { eventually } from '../support/eventually.js';

const INSERT = new PreparedStatement('silence-insert', 'insert into thing (id) values ($1)');
const LOCK = new PreparedStatement('silence-lock', 'select id from thing where id = $1 for update');
// Nothing is answered ever: what is not given up ends at the test's own limit only. Room for a busy machine.
const LONGEST_MS = 12_000;

describe('A database that says nothing more, on connections that are not closed', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let proxy: CuttableProxy;
  /** Over the proxy, and past it. */
  let orm: MikroORM;
  let direct: MikroORM;

  beforeAll(async () => {
    database = await createTestDatabase();
    const url = new URL(database.url);
    proxy = await startCuttableProxy(url.hostname, Number(url.port));
    url.port = String(proxy.port);
    orm = await MikroORM.init(ormOptions(url.href, ENTITIES));
    direct = await MikroORM.init(ormOptions(database.url, ENTITIES, 'migrations'));
    await direct.em.fork().execute('create table thing (id int primary key)');
    // On a server that knows the hub's role, whatever test was first.
    await direct.em.fork().execute('grant all on table thing to public');
  });
  beforeEach(async () => {
    proxy.mend();
    await direct.em.fork().execute('truncate thing');
    await orm.em.fork().execute('select 1');
  });
  afterAll(async () => {
    await orm.close();
    await direct.close();
    await proxy.close();
    await database.drop();
  });

  /** What it fails with, and after how many milliseconds. */
  async function failure(work: Promise<unknown>): Promise<{ isAway: boolean; isInTime: boolean }> {
    const startedMs = performance.now();
    const error: unknown = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    return { isAway: isDatabaseAway(error), isInTime: performance.now() - startedMs < LONGEST_MS };
  }
  const things = async (): Promise<number[]> =>
    (await direct.em.fork().execute<{ id: number }[]>('select id from thing order by id')).map(({ id }) => id);

  it('fails whatever is asked of it in time, as a database that is away, and goes on as soon as it can be reached', async () => {
    const asked: [string, (em: EntityManager) => Promise<unknown>][] = [
      ['a statement', em => em.execute('select 1')],
      ['a transaction at its first statement', em => em.transactional(inner => INSERT.run(inner, [1]))],
      ['one whose statements and commit go out together', em => sendingTransaction(em, inner => INSERT.send(inner, [1]))],
      ['more than there are connections', em => Promise.all(Array.from({ length: 40 }, () => em.fork().execute('select 1')))],
    ];
    proxy.swallow();

    const failed = await Promise.all(asked.map(async ([what, work]) => ({ what, ...(await failure(work(orm.em.fork()))) })));
    proxy.mend();
    await orm.em.fork().transactional(inner => INSERT.run(inner, [7]));

    expect(failed).toEqual(asked.map(([what]) => ({ what, isAway: true, isInTime: true })));
    expect(await things()).toEqual([7]);
  });

  it('undoes what a transaction had done, and frees its locks', async () => {
    await direct.em.fork().execute('insert into thing values (1)');

    const failed = await failure(
      orm.em.fork().transactional(async inner => {
        await LOCK.run(inner, [1]);
        await INSERT.run(inner, [2]);
        proxy.swallow();
        await INSERT.run(inner, [3]);
      }),
    );
    // The server was told nothing either: it gives up such a transaction by itself.
    await eventually('the lock is free', () =>
      direct.em
        .fork()
        .execute('select id from thing where id = 1 for update nowait')
        .then(
          () => true,
          () => false,
        ),
    );

    expect(failed).toEqual({ isAway: true, isInTime: true });
    expect(await things()).toEqual([1]);
  });

  it('is not taken for one that is only slow: its statement is ended by the server, and the connection stays', async () => {
    const before = await orm.em.fork().execute('select pg_backend_pid() as pid');

    const failed = await failure(orm.em.fork().execute('select pg_sleep(20)'));

    expect(failed).toEqual({ isAway: true, isInTime: true });
    expect(await orm.em.fork().execute('select pg_backend_pid() as pid')).toEqual(before);
  });
});
