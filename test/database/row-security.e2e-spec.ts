import { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { RequestContext } from '@mikro-orm/core';
import { Contact } from '../../src/contacts/contact.entity.js';
import { acrossFacilities, inRequestScope, narrowRequest, withinFacilities } from '../../src/database/facility-scope.js';
import { ormOptions } from '../../src/database/orm-options.js';
import { PreparedStatement } from '../../src/database/prepared-statement.js';
import { ENTITIES } from '../../src/entities.js';
import { createFacility } from '../support/factories.js';
import { aPatient, startJourney, type Journey } from '../support/journey.js';

const COUNT_CONTACTS = new PreparedStatement<{ count: string }>('test-count-contacts', 'select count(*) as count from contact');
const RENAME = new PreparedStatement('test-touch-contacts', 'update contact set updated_at = now() returning id');

describe('Rows of a facility', () => {
  let journey: Journey;
  let em: EntityManager;
  let own: string;
  let other: string;

  beforeAll(async () => {
    journey = await startJourney();
    em = journey.hub.app.get(EntityManager);
    own = journey.facilityId;
    other = await createFacility(journey.hub, journey.sandbox, { name: 'Other Hospital (test)' });
    for (const facilityId of [own, own, other])
      await journey.hub.call('PUT', `/facilities/${facilityId}/contacts`, { ...aPatient(), nationalId: `T-${Math.random()}` });
  });
  afterAll(() => journey.close());

  const countIn = async (scope: <T>(work: () => T) => T): Promise<number> =>
    Number((await scope(() => COUNT_CONTACTS.run(em.fork(), [])))[0]?.count);
  const within =
    (...ids: string[]) =>
    <T>(work: () => T): T =>
      withinFacilities(ids, work);

  it('are guarded in every table that has a facility, against the owner too', async () => {
    const tables = await journey.hub.sql<{ name: string; secured: boolean; forced: boolean; rules: string[]; owner: string }>(`
      select c.relname as name, c.relrowsecurity as secured, c.relforcerowsecurity as forced, pg_get_userbyid(c.relowner) as owner,
        array(select p.polname::text from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and p.polqual is not null and p.polwithcheck is not null) as rules
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p')
        and (c.relname = 'facility' or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'facility_id'))`);

    expect(tables.length).toBeGreaterThan(20);
    for (const { owner, ...table } of tables) {
      expect(table).toEqual({ name: table.name, secured: true, forced: true, rules: ['facility_scope'] });
      expect(owner).not.toBe('hub_app');
    }
  });

  it('are all but the few tables of no facility', async () => {
    const rows = await journey.hub.sql<{ name: string }>(`
      select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relrowsecurity order by 1`);

    expect(rows.map(row => row.name)).toEqual(['api_key', 'console_session', 'mikro_orm_migrations', 'rate_count']);
  });

  it('are seen only where their facility is in scope', async () => {
    expect(await countIn(acrossFacilities)).toBe(3);
    expect(await countIn(within(own))).toBe(2);
    expect(await countIn(within(other))).toBe(1);
    expect(await countIn(within(own, other))).toBe(3);
    expect(await countIn(within())).toBe(0);
    expect(await countIn(work => work())).toBe(0);
    expect(await countIn(acrossFacilities)).toBe(3);
  });

  it('are hidden from a request until it is known whose it is', async () => {
    const counts = await inRequestScope(async () => {
      const [before] = await COUNT_CONTACTS.run(em.fork(), []);
      narrowRequest([other]);
      const [after] = await COUNT_CONTACTS.run(em.fork(), []);
      return [before?.count, after?.count];
    });

    expect(counts).toEqual(['0', '1']);
  });

  it('stay hidden with the ORM filter switched off, and by a key that the ORM asks for', async () => {
    const [foreign] = await journey.hub.sql<{ id: string }>('select id from contact where facility_id = $1', [other]);
    const found = await withinFacilities([own], () =>
      RequestContext.create(em, async () => ({
        all: await em.find(Contact, {}, { filters: false }),
        byId: await em.findOne(Contact, { id: foreign?.id ?? '' }, { filters: false }),
        filtered: await em.find(Contact, {}),
      })),
    );

    expect(found.all).toHaveLength(2);
    expect(found.byId).toBeNull();
    expect(found.filtered).toHaveLength(2);
  });

  it('are filtered by the ORM alone as well, where a connection sees them all', async () => {
    const orm = await MikroORM.init(ormOptions(journey.hub.databaseUrl, ENTITIES, 'migrations'));
    const contacts = (options: { filters?: false }): Promise<number> =>
      withinFacilities([own], () =>
        orm.em
          .fork()
          .find(Contact, {}, options)
          .then(found => found.length),
      );

    expect(await contacts({ filters: false })).toBe(3);
    expect(await contacts({})).toBe(2);
    await orm.close(true);
  });

  it('are not written, moved or removed from outside', async () => {
    const [foreign] = await journey.hub.sql<{ id: string }>('select id from contact where facility_id = $1', [other]);
    const as = <T>(work: (fork: EntityManager) => Promise<T>): Promise<T> => withinFacilities([own], () => work(em.fork()));

    expect(await as(fork => RENAME.run(fork, []))).toHaveLength(2);
    expect(await as(fork => fork.execute('delete from contact where id = ? returning id', [foreign?.id]))).toEqual([]);
    await expect(as(fork => fork.execute('update contact set facility_id = ?', [other]))).rejects.toThrow(/row-level security/);
    await expect(
      as(fork =>
        fork.execute(
          `insert into contact_identity (id, facility_id, contact_id, kind, value, created_at) values (gen_random_uuid(), ?, ?, 'patient-id', 'X', now())`,
          [other, foreign?.id],
        ),
      ),
    ).rejects.toThrow(/row-level security/);
  });

  it('are in scope for the whole of a transaction, whatever connection it gets, and for no other', async () => {
    const one = (ids: string[], expected: number): Promise<void> =>
      withinFacilities(ids, () =>
        em.fork().transactional(async tx => {
          const [first] = await COUNT_CONTACTS.run(tx, []);
          await tx.execute('select pg_sleep(0)');
          const [second] = await COUNT_CONTACTS.run(tx, []);
          expect([first?.count, second?.count]).toEqual([String(expected), String(expected)]);
        }),
      );
    const many = Array.from({ length: 120 }, (_, i) => (i % 3 === 0 ? one([own], 2) : i % 3 === 1 ? one([other], 1) : one([], 0)));

    await Promise.all(many);
  });

  it('are as before after a transaction that failed', async () => {
    const failing = withinFacilities([own], () => em.fork().transactional(tx => tx.execute('select 1 / 0')));
    await expect(failing).rejects.toThrow(/division by zero/);

    const counts = await Promise.all(Array.from({ length: 40 }, (_, i) => countIn(i % 2 === 0 ? within(other) : within(own))));

    expect(counts).toEqual(counts.map((_, i) => (i % 2 === 0 ? 1 : 2)));
  });

  it('need no owner: the hub is a role that owns nothing and may change no table', async () => {
    const [row] = await acrossFacilities(() => em.fork().execute<{ user: string }[]>('select current_user as user'));
    expect(row?.user).toBe('hub_app');

    await expect(acrossFacilities(() => em.fork().execute('alter table contact disable row level security'))).rejects.toThrow(
      /must be owner/,
    );
    await expect(acrossFacilities(() => em.fork().execute('truncate contact'))).rejects.toThrow(/permission denied/);
  });
});
