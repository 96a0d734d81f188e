import pg from 'pg';
import { DueLooks } from '../../src/jobs/due-looks.service.js';
import { startHub, type TestHub } from '../support/hub.js';

describe('What is due', () => {
  let hub: TestHub;
  let client: pg.Client;

  beforeAll(async () => {
    hub = await startHub();
    client = new pg.Client({ connectionString: hub.databaseUrl });
    await client.connect();
  }, 60_000);
  afterAll(async () => {
    await client.end();
    await hub.close();
  });

  it('is looked for by an index of each kind of work, however much is in the tables', async () => {
    const { question } = hub.app.get(DueLooks);
    // Whoever has an index takes it now; the others can but read the table.
    await client.query('set enable_seqscan = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${question.replaceAll('$1', 'now()')}`);
    const plan = rows.map(row => row['QUERY PLAN']);

    const scans = plan.flatMap(line => /(Seq Scan|(?:using|Bitmap Index Scan on) \w+)/.exec(line)?.[1] ?? []);
    const indexes = new Set(scans.map(scan => scan.replace(/^(using|Bitmap Index Scan on) /, '')));

    // Each of them holds what is not done yet, and no more: a primary key would be read to its end.
    expect([...indexes].sort()).toEqual([
      'hub_active_jobs',
      'job_common_i11',
      'notification_due_index',
      'notification_lease_index',
      'notification_receipt_open_index',
      'unknown_outcome_due_index',
      expect.stringMatching(/^webhook_event_(held|odd)_index$/),
    ]);
  });

  it('makes a copy not ready, while the index of the jobs in hand is missing', async () => {
    await client.query('drop index pgboss.hub_active_jobs');
    const copy = await startHub({ besides: hub });
    const ready = await fetch(`${copy.url}/health/ready`);
    await copy.close();

    expect([ready.status, await ready.json()]).toEqual([
      503,
      expect.objectContaining({ detail: 'The database is not migrated: run npm run migrate.' }),
    ]);
  });
});
