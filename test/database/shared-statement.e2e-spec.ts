import { MikroORM, type EntityManager } from '@mikro-orm/postgresql';
import { acrossFacilities, inRequestScope, narrowRequest, withinFacilities } from '../../src/database/facility-scope.js';
import { ormOptions } from '../../src/database/orm-options.js';
import { PreparedStatement } from '../../src/database/prepared-statement.js';
import { SharedStatement } from '../../src/database/shared-statement.js';
import { ENTITIES } from '../../src/entities.js';
import { startTestOrm, type TestOrm } from '../support/test-orm.js';

const [A, B, C] = [1, 2, 3].map(n => `00000000-0000-4000-8000-00000000000${n}`) as [string, string, string];

/** `at`: when the statement began, the same for all rows of one. */
const THINGS = new SharedStatement<{ name: string; at: string }>(
  'test-shared-things',
  `select name, statement_timestamp()::text as at from thing where owner = $1 and name = any($2::text[]) order by name desc for update`,
  ['uuid', 'text[]'],
);
const NAMES = new SharedStatement<{ name: string }>('test-shared-names', 'select name from thing where owner = $1 order by name', ['uuid']);
const BROKEN = new SharedStatement<{ half: number }>(
  'test-shared-broken',
  `select 1 / (case when $1::uuid = '${B}' then 0 else 1 end) as half`,
  ['uuid'],
);
const ADD = new PreparedStatement('test-shared-add', 'insert into thing (owner, name) values ($1, $2)');

describe('A statement that is shared', () => {
  let test: TestOrm;
  let orm: MikroORM;
  let em: EntityManager;

  beforeAll(async () => {
    test = await startTestOrm('create table thing (owner uuid not null, name text not null)');
    ({ orm } = test);
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    em = orm.em.fork();
    await em.execute('truncate thing');
    for (const [owner, name] of [
      [A, 'one'],
      [A, 'two'],
      [B, 'one'],
      [B, 'quoted "\\ \'{},'],
    ])
      await ADD.run(em, [owner, name]);
  });

  const namesOf = (rows: readonly { name: string }[]): string[] => rows.map(({ name }) => name);

  it('answers each who asks at the same moment with their own rows, in their order', async () => {
    const answers = await em.transactional(inner =>
      Promise.all([
        THINGS.run(inner, [A, ['one', 'two']]),
        THINGS.run(inner, [B, ['quoted "\\ \'{},', 'two']]),
        THINGS.run(inner, [C, ['one']]),
        THINGS.run(inner, [B, ['one']]),
      ]),
    );

    expect(answers.map(namesOf)).toEqual([['two', 'one'], ['quoted "\\ \'{},'], [], ['one']]);
    expect(new Set(answers.flat().map(({ at }) => at)).size).toBe(1);
    expect(answers[0][0]).toEqual({ name: 'two', at: expect.any(String) });
  });

  it('is asked anew at another moment, and sees what was written between', async () => {
    const [first, second] = await em.transactional(async inner => {
      const before = await NAMES.run(inner, [C]);
      await ADD.run(inner, [C, 'three']);
      return [before, await NAMES.run(inner, [C])];
    });

    expect([first, second]).toEqual([[], [{ name: 'three' }]]);
  });

  it('goes out after what is asked plainly at the same moment', async () => {
    const [names] = await em.transactional(inner => Promise.all([NAMES.run(inner, [C]), ADD.run(inner, [C, 'three'])]));

    expect(names).toEqual([{ name: 'three' }]);
  });

  it('is shared outside of transactions by those who may see the same rows', async () => {
    const ask = (owner: string): Promise<{ name: string; at: string }[]> => THINGS.run(orm.em.fork(), [owner, ['one']]);

    const [all, more, ofA] = await Promise.all([
      acrossFacilities(() => ask(A)),
      acrossFacilities(() => ask(B)),
      withinFacilities([A], () => ask(A)),
    ]);

    expect([all, more, ofA].map(namesOf)).toEqual([['one'], ['one'], ['one']]);
    expect(all[0]?.at).toBe(more[0]?.at);
    expect(ofA[0]?.at).not.toBe(all[0]?.at);
  });

  it('is asked with the rights that whoever asked had at that moment', async () => {
    const SCOPE = new SharedStatement<{ scope: string }>(
      'test-shared-scope',
      `select current_setting('app.facility_ids') as scope where $1::uuid is not null`,
      ['uuid'],
    );

    // The hub's own connections, which say whose rows they may see.
    const hub = await MikroORM.init(ormOptions(test.url, ENTITIES));

    const asked = await inRequestScope(async () => {
      const before = SCOPE.run(hub.em.fork(), [A]);
      narrowRequest([A]);
      return [await before, await SCOPE.run(hub.em.fork(), [A])];
    });
    await hub.close();

    expect(asked).toEqual([[{ scope: '' }], [{ scope: A }]]);
  });

  it('is not shared between transactions', async () => {
    const askIn = (owner: string): Promise<{ at: string }[]> => orm.em.fork().transactional(inner => THINGS.run(inner, [owner, ['one']]));

    const answers = await Promise.all([askIn(A), askIn(B), THINGS.run(em, [A, ['one']])]);

    expect(new Set(answers.flat().map(({ at }) => at)).size).toBe(3);
  });

  it('fails for all who share it', async () => {
    const outcomes = await em
      .transactional(async inner => {
        const asked = await Promise.allSettled([BROKEN.run(inner, [A]), BROKEN.run(inner, [B])]);
        throw new AggregateError(asked.flatMap(each => (each.status === 'rejected' ? [each.reason as unknown] : [])));
      })
      .catch((error: unknown) => (error as AggregateError).errors);

    expect(outcomes).toEqual([expect.objectContaining({ code: '22012' }), expect.objectContaining({ code: '22012' })]);
  });
});
