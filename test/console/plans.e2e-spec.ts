import { MikroORM } from '@mikro-orm/core';
import { signedIn, type ConsoleVisitor } from '../support/console.js';
import { createFacility } from '../support/factories.js';
import { startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { ADMIN_KEY, startHub, type TestHub } from '../support/hub.js';

const FACILITIES = 2_000;
const ROWS = 60_000;
/** Of the same hour as `now`, each a second before the one before it, as `newId` makes them. */
const ID = `(overlay(lpad(to_hex((extract(epoch from now()) * 1000)::bigint - n * 1000), 12, '0') placing '-' from 9 for 0)
  || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`;

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: Plan[];
}

describe('What the pages of the console ask of the database', () => {
  let hub: TestHub;
  let hospital: FakeHospital;
  let visitor: ConsoleVisitor;
  let facilityId: string;

  beforeAll(async () => {
    hospital = await startFakeHospital();
    hospital.on('GET /calendars', []);
    hub = await startHub({ config: { upstreamAllowedHosts: [hospital.host] } });
    facilityId = await createFacility(hub, hospital);
    visitor = await signedIn(hub, ADMIN_KEY);
    await hub.sql(`
      insert into facility select (jsonb_populate_record(f, jsonb_build_object(
        'id', gen_random_uuid(), 'calendar_sync_due_at', '2100-01-01', 'drift_due_at', '2100-01-01'))).*
      from facility f, generate_series(1, ${FACILITIES})`);
    await hub.sql(
      `
      insert into webhook_event (id, facility_id, identity, body_digest, received_at, deliveries, outcome, reason, flags, changes)
      select ${ID}, f.id, n::text, 'd', now() - n * interval '1 second', 1, case when n % 50 = 0 then 'rejected' else 'applied' end,
        case when n % 500 = 0 then 'dead-letter' end, '{}', '[]'
      from generate_series(1, ${ROWS}) n
      join (select id, row_number() over (order by id = $1 desc, id) as place from facility) f on f.place = 1 + n % ${FACILITIES}`,
      [facilityId],
    );
    await hub.sql(
      `
      insert into notification (id, facility_id, appointment_id, contact_id, occasion, kind, source, revision, status, verdict, send_after,
        deadline_at, tried_since, created_at, updated_at)
      select ${ID}, f.id, gen_random_uuid(), gen_random_uuid(), 'r1', 'booked', 'chat', 1, case when n % 100 = 0 then 'failed' else 'delivered' end,
        case when n % 100 = 0 then 'no-channel' else 'delivered' end, now(), now(), now(), now(), now()
      from generate_series(1, ${ROWS}) n
      join (select id, row_number() over (order by id = $1 desc, id) as place from facility) f on f.place = 1 + n % ${FACILITIES}`,
      [facilityId],
    );
    await hub.sql('analyze');
  }, 120_000);
  afterAll(async () => {
    await hub.close();
    await hospital.close();
  });

  /** The statements that a request makes. */
  const statementsOf = async (request: () => Promise<{ status: number }>): Promise<string[]> => {
    const orm = hub.app.get(MikroORM);
    const logger = orm.config.getLogger();
    const logQuery = logger.logQuery.bind(logger);
    const texts: string[] = [];
    logger.logQuery = ({ query = '', params = [] }) => texts.push(orm.driver.getPlatform().formatQuery(query, params));
    const { status } = await request();
    logger.logQuery = logQuery;
    expect(status).toBe(200);
    return texts.filter(text => /^(select|with)/i.test(text));
  };
  const readWhole = ({ Plans = [], ...node }: Plan): string[] => [
    ...(node['Node Type'] === 'Seq Scan' ? [node['Relation Name'] ?? ''] : []),
    ...Plans.flatMap(readWhole),
  ];

  it('finds out a statement that reads a whole table', async () => {
    const [row] = await hub.sql<{ 'QUERY PLAN': { Plan: Plan }[] }>(`explain (format json) select 1 from notification where locale = 'th'`);

    expect(row?.['QUERY PLAN'].flatMap(({ Plan }) => readWhole(Plan))).toEqual(['notification']);
  });

  it.each<[string, (facility: string) => string]>([
    ['the overview', () => '/console'],
    ['what is overdue', () => '/console?only=overdue'],
    ['dead letters', () => '/console?only=dead-letters'],
    ['the search', () => '/console/search'],
    ['a facility', facility => facility],
    ['its webhooks', facility => `${facility}/webhooks?outcome=rejected`],
    ['its messages', facility => `${facility}/messages?status=failed`],
    ['its overdue messages', facility => `${facility}/messages?overdue=true`],
    ['its drift', facility => `${facility}/drift`],
  ])('reads no table of many rows from end to end for %s', async (_, path) => {
    const statements = await statementsOf(() => visitor.get(path(`/console/facilities/${facilityId}`)));
    const whole: string[] = [];
    for (const text of statements) {
      const [row] = await hub.sql<{ 'QUERY PLAN': { Plan: Plan }[] }>(`explain (format json) ${text}`);
      const tables = readWhole(row?.['QUERY PLAN'][0]?.Plan ?? { 'Node Type': 'none' });
      whole.push(...tables.filter(name => ['facility', 'notification', 'webhook_event'].includes(name)).map(name => `${name}: ${text}`));
    }

    expect(statements.length).toBeGreaterThan(0);
    expect(whole).toEqual([]);
  });
});
