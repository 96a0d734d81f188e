import { MikroORM } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { acrossFacilities } from '../../src/database/facility-scope.js';
import { signedIn, type ConsoleVisitor } from '../support/console.js';
import { createFacility } from '../support/factories.js';
import { startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { ADMIN_KEY, startHub, type TestHub } from '../support/hub.js';

const FACILITIES = 2_000;
const ROWS = 60_000;
/** Of the same hour as `now`, each a second before the one before it, as `newId` makes them. */
const ID = `(overlay(lpad(to_hex((extract(epoch from now()) * 1000)::bigint - n * 1000), 12, '0') placing '-' from 9 for 0)
  || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`;

/** Of those tables no statement may read more, index or not. */
const LARGE = ['facility', 'notification', 'webhook_event', 'appointment', 'contact'];
const MOST_READ = 2_500;

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

interface Scan {
  table: string;
  isWhole: boolean;
  index: string | undefined;
  read: number;
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
      select ${ID}, f.id, n::text, 'd', now() - n * interval '1 second', 1, case when n % 50 = 0 then 'rejected' when n % 3001 = 0 then 'held' when n % 3011 = 0 then 'pending' else 'applied' end,
        case when n % 500 = 0 then 'dead-letter' end, '{}', '[]'
      from generate_series(1, ${ROWS}) n
      join (select id, row_number() over (order by id = $1 desc, id) as place from facility) f on f.place = 1 + n % ${FACILITIES}`,
      [facilityId],
    );
    await hub.sql(
      `
      insert into notification (id, facility_id, appointment_id, contact_id, occasion, kind, source, revision, status, verdict, send_after,
        deadline_at, tried_since, created_at, updated_at)
      select ${ID}, f.id, gen_random_uuid(), gen_random_uuid(), 'r1', 'booked', 'chat', 1, case when n % 100 = 0 then 'failed' when n % 1009 = 0 then 'expected' else 'delivered' end,
        case when n % 100 = 0 then 'no-channel' else 'delivered' end, '2100-01-01', now(), now(), now(), now()
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
  const scansIn = ({ Plans = [], ...node }: Plan): Scan[] => {
    const rows = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
    // A bitmap's index stands below the scan that names the table.
    const table = node['Relation Name'] ?? (node['Index Name'] === undefined ? undefined : '');
    const scan = { isWhole: node['Node Type'] === 'Seq Scan', index: node['Index Name'], read: Math.round(rows) };
    return [...(table === undefined ? [] : [{ table, ...scan }]), ...Plans.flatMap(scansIn)];
  };
  /** As the hub itself runs it, with the policies of `row-security.ts` in force: they decide by what an index may be asked. */
  const explained = async (text: string): Promise<Scan[]> => {
    const em = hub.app.get(MikroORM).em.fork() as EntityManager;
    const rows = await acrossFacilities(() => em.execute<{ 'QUERY PLAN': { Plan: Plan }[] }[]>(`explain (analyze, format json) ${text}`));
    return rows.flatMap(row => row['QUERY PLAN'].flatMap(({ Plan }) => scansIn(Plan)));
  };
  const scansOf = async (request: () => Promise<{ status: number }>): Promise<(Scan & { text: string })[]> => {
    const statements = await statementsOf(request);
    const scans: (Scan & { text: string })[] = [];
    for (const text of statements) scans.push(...(await explained(text)).map(scan => ({ ...scan, text })));
    return scans;
  };

  it('finds out a statement that reads a whole table', async () => {
    const scans = await explained(`select 1 from notification where locale = 'th'`);

    expect(scans).toEqual([{ table: 'notification', isWhole: true, index: undefined, read: ROWS }]);
  });

  it.each<[string, (facility: string) => string, string[]]>([
    ['the overview', () => '/console', ['webhook_event_dead_index', 'notification_open_index']],
    ['what is overdue', () => '/console?only=overdue', ['notification_open_index']],
    ['dead letters', () => '/console?only=dead-letters', ['webhook_event_dead_index']],
    ['the search', () => '/console/search', []],
    ['all webhooks', () => '/console/webhooks', ['webhook_event_pkey']],
    ['all that were rejected', () => '/console/webhooks?outcome=rejected', ['webhook_event_odd_index']],
    ['all that are held', () => '/console/webhooks?outcome=held', []],
    ['all that wait', () => '/console/webhooks?outcome=pending', ['webhook_event_pending_index']],
    ['all dead letters', () => '/console/webhooks?reason=dead-letter', ['webhook_event_dead_index']],
    ['a facility', facility => facility, []],
    ['its webhooks', facility => `${facility}/webhooks?outcome=rejected`, ['webhook_event_facility_id_outcome_id_index']],
    ['its messages', facility => `${facility}/messages?status=failed`, ['notification_facility_id_status_id_index']],
    ['its overdue messages', facility => `${facility}/messages?overdue=true`, []],
    ['its drift', facility => `${facility}/drift`, []],
  ])('reads by an index, and few rows of large tables, for %s', async (_, path, indexes) => {
    const scans = await scansOf(() => visitor.get(path(`/console/facilities/${facilityId}`)));
    const large = scans.filter(({ table }) => LARGE.includes(table));

    expect(scans.length).toBeGreaterThan(0);
    expect(large.filter(({ isWhole, read }) => isWhole || read > MOST_READ)).toEqual([]);
    expect(scans.map(({ index }) => index)).toEqual(expect.arrayContaining(indexes));
  });

  it('looks for a part of a name by an index', async () => {
    const scans = await scansOf(() => visitor.get('/console?name=nowhere'));

    expect(scans.filter(({ table, isWhole }) => table === 'facility' && isWhole)).toEqual([]);
    expect(scans.filter(({ index = '' }) => /^facility_(name_index|pkey)$/.test(index))).not.toEqual([]);
  });
});
