import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { isUnmet, must, PreparedStatement, sendingTransaction } from '../../src/database/prepared-statement.js';
import { startTestOrm, type TestOrm } from '../support/test-orm.js';

const INSERT = new PreparedStatement('test-insert', 'insert into thing (id, name) values ($1, $2)');
const NAMES = new PreparedStatement<{ name: string }>('test-names', 'select name from thing order by id');
const PREPARED = new PreparedStatement<{ name: string }>('test-prepared', 'select name from pg_prepared_statements');

const MUST_HOLD = new PreparedStatement('test-must', `select ${must('exists (select from thing where id = $1)')}`);

describe('A prepared statement', () => {
  let test: TestOrm;
  let orm: MikroORM;
  let em: EntityManager;

  beforeAll(async () => {
    test = await startTestOrm('create table thing (id int primary key, name text not null)');
    ({ orm } = test);
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    em = orm.em.fork();
    await em.execute('truncate thing');
  });

  const names = async (): Promise<string[]> => (await NAMES.run(orm.em.fork(), [])).map(({ name }) => name);

  it('is kept by its connection', async () => {
    await em.transactional(async inner => {
      await INSERT.run(inner, [1, 'one']);
      await INSERT.run(inner, [2, 'two']);

      const prepared = await PREPARED.run(inner, []);

      expect(prepared.filter(({ name }) => name === 'test-insert')).toHaveLength(1);
    });
  });

  it('goes out with others, in the order they were made', async () => {
    const [, seen] = await em.transactional(inner =>
      Promise.all([INSERT.run(inner, [1, 'one']), NAMES.run(inner, []), INSERT.run(inner, [2, 'two'])]),
    );

    expect(seen).toEqual([{ name: 'one' }]);
    expect(await names()).toEqual(['one', 'two']);
  });

  it('throws as MikroORM does, and undoes its transaction with all that went out with it', async () => {
    const writing = em.transactional(inner =>
      Promise.all([INSERT.run(inner, [1, 'one']), INSERT.run(inner, [1, 'again']), INSERT.run(inner, [2, 'two'])]),
    );

    await expect(writing).rejects.toBeInstanceOf(UniqueConstraintViolationException);
    expect(await names()).toEqual([]);
  });

  it('that nobody waits for is there when its transaction ends', async () => {
    const result = await sendingTransaction(em, async inner => {
      await INSERT.send(inner, [1, 'one']);
      return 'done';
    });

    expect(result).toBe('done');
    expect(await names()).toEqual(['one']);
  });

  it('that nobody waits for undoes its transaction where it fails, and the transaction throws it', async () => {
    const writing = sendingTransaction(em, async inner => {
      await INSERT.run(inner, [1, 'one']);
      await INSERT.send(inner, [1, 'again']);
    });

    await expect(writing).rejects.toBeInstanceOf(UniqueConstraintViolationException);
    expect(await names()).toEqual([]);
  });

  it.each([
    { id: 1, isMet: true, left: ['one'] },
    { id: 2, isMet: false, left: [] },
  ])(
    'that says what must hold undoes a transaction in which it does not, though all of it has gone out: $isMet',
    async ({ id, isMet, left }) => {
      const writing = sendingTransaction(em, async inner => {
        await INSERT.send(inner, [1, 'one']);
        await MUST_HOLD.send(inner, [id]);
      });

      const failure: unknown = await writing.then(
        () => null,
        (error: unknown) => error,
      );
      expect(failure === null).toBe(isMet);
      expect(isUnmet(failure)).toBe(!isMet);
      expect(await names()).toEqual(left);
    },
  );

  it('is waited for in any other transaction', async () => {
    await em.transactional(async inner => {
      await INSERT.run(inner, [1, 'one']);

      await expect(INSERT.send(inner, [1, 'again'])).rejects.toBeInstanceOf(UniqueConstraintViolationException);
      await inner.rollback();
    });
  });

  it('is not sent when its transaction has ended', async () => {
    let ended: EntityManager | undefined;
    await em.transactional(async inner => {
      ended = inner;
      await INSERT.run(inner, [1, 'one']);
    });

    await expect(INSERT.run(ended ?? em, [2, 'two'])).rejects.toThrow(/after the end of its transaction/);
    expect(await names()).toEqual(['one']);
  });
});
