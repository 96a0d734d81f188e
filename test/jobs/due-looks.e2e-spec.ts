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

    expect(plan.filter(line => line.includes('Seq Scan'))).toEqual([]);
    expect(plan.filter(line => / on \w+/.test(line) && line.includes('Index')).length).toBeGreaterThanOrEqual(12);
  });
});
