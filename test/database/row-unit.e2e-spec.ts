import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { sendingTransaction } from '../../src/database/prepared-statement.js';
import { RowUnit } from '../../src/database/row-unit.js';
import { newId } from '../../src/common/ids.js';
import { startTestOrm, type TestOrm } from '../support/test-orm.js';

@Entity({ tableName: 'thing' })
class Thing {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text', nullable: true })
  name!: string | null;

  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  facts!: { place: string } | null;

  @Property({ type: 'datetime', columnType: 'timestamptz(3)', nullable: true })
  seenAt!: Date | null;

  @Property({ type: 'integer', version: true })
  version!: number;
}

const SEEN_AT = new Date('2026-10-01T07:00:00.123Z');

describe('Rows of a transaction', () => {
  let test: TestOrm;
  let orm: MikroORM;
  let em: EntityManager;

  beforeAll(async () => {
    test = await startTestOrm(
      'create table thing (id uuid primary key, name text unique, facts jsonb, seen_at timestamptz(3), version int not null default 1)',
      [Thing],
    );
    ({ orm } = test);
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    em = orm.em.fork();
    await em.execute('truncate thing');
  });

  const aThing = (name: string): Thing => ({ id: newId(SEEN_AT), name, facts: { place: 'here' }, seenAt: SEEN_AT, version: 1 });
  const stored = (): Promise<Thing[]> => orm.em.fork().find(Thing, {}, { orderBy: { name: 'asc' } });
  const inUnit = (work: (rows: RowUnit) => void | Promise<void>): Promise<void> =>
    em.transactional(async inner => {
      const rows = new RowUnit(inner, [Thing]);
      await work(rows);
      await rows.write();
    });

  it('are written where they are new, and then read as they were', async () => {
    const things = [aThing('one'), { ...aThing('two'), facts: null, seenAt: null }];

    await inUnit(rows => {
      for (const thing of things) rows.add(Thing, thing);
    });

    expect((await stored()).map(thing => ({ ...thing }))).toEqual(things);
    expect(await em.execute('select facts is null as is_null from thing order by name')).toEqual([{ is_null: false }, { is_null: true }]);
  });

  it('are written where they have changed, one version later, and else left alone', async () => {
    const [changed, same] = [aThing('changed'), aThing('same')];
    await inUnit(rows => {
      for (const thing of [changed, same]) rows.add(Thing, thing);
    });

    await inUnit(rows => {
      const [first] = rows.keep(Thing, [{ ...changed }, { ...same }]);
      if (first) Object.assign(first, { facts: { place: 'there' }, seenAt: null });
    });

    expect(await stored()).toMatchObject([
      { name: 'changed', facts: { place: 'there' }, seenAt: null, version: 2 },
      { name: 'same', version: 1 },
    ]);
  });

  it('are written once more by what changes them after they were written', async () => {
    await inUnit(async rows => {
      const thing = rows.add(Thing, aThing('first'));
      await rows.write();
      thing.name = 'then';
    });

    expect((await stored()).map(({ name }) => name)).toEqual(['then']);
  });

  it('stay as they are here when they are read again', async () => {
    const thing = aThing('old');
    await inUnit(rows => {
      rows.add(Thing, thing);
    });

    await inUnit(rows => {
      const [kept] = rows.keep(Thing, [{ ...thing }]);
      if (kept) kept.name = 'new';
      expect(rows.keep(Thing, [{ ...thing }])).toEqual([kept]);
    });

    expect((await stored()).map(({ name }) => name)).toEqual(['new']);
  });

  it('undo their transaction where one of them cannot be written, whoever waits for it', async () => {
    const writing = sendingTransaction(em, async inner => {
      const rows = new RowUnit(inner, [Thing]);
      for (const name of ['well', 'twice', 'twice']) rows.add(Thing, aThing(name));
      await rows.write();
    });

    await expect(writing).rejects.toThrow(/unique/);
    expect(await stored()).toEqual([]);
  });
});
