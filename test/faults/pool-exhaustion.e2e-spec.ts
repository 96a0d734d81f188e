import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { eventually } from '../support/eventually.js';
import { startAwayScene, type AwayScene } from './away-scene.js';
import { startProxiedDatabase, type ProxiedDatabase } from './own-postgres.js';

/** The hub has twenty connections for requests. */
const MORE_THAN_CONNECTIONS = 50;
const ANSWERED_WITHIN_MS = 5_500;
const RUN_MS = 60_000;

describe('More requests than there are connections', () => {
  let database: ProxiedDatabase;
  let scene: AwayScene;

  beforeAll(async () => {
    database = await startProxiedDatabase();
    scene = await startAwayScene(database);
  }, RUN_MS);
  afterAll(() => scene.close());

  const keys = Array.from({ length: MORE_THAN_CONNECTIONS }, () => randomUUID());

  it(
    'are all carried out: none takes a second connection while it holds one',
    async () => {
      const answers = await Promise.all(keys.map(() => scene.book()));

      // On a machine that is busy some outcomes are written down later than they are waited for.
      expect(answers.filter(({ status }) => status !== 201 && status !== 202)).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'are told to come again while all connections are held up, and are carried out as soon as one is free',
    async () => {
      const holder = new pg.Client({ connectionString: database.directUrl() });
      await holder.connect();
      // No booking can be written down; each waits, holding its connection.
      await holder.query('begin; lock table upstream_attempt in share mode');
      const startedMs = performance.now();
      const bookings = keys.map(key => scene.book(key));
      await eventually('all connections are taken', async () => {
        const [row] = await scene.sql<{ count: string }>(
          `select count(*) from pg_stat_activity where datname = current_database() and application_name = 'hub' and wait_event_type = 'Lock'`,
        );
        return Number(row?.count) >= 18;
      });

      const [live, list, answers] = await Promise.all([
        fetch(`${scene.hub.url}/health/live`),
        scene.hub.call('GET', '/facilities'),
        Promise.all(bookings),
      ]);
      const answeredMs = performance.now() - startedMs;
      await holder.end();
      const freedMs = performance.now();
      const again = await scene.book(keys[0]);
      const againMs = performance.now() - freedMs;

      expect(live.status).toBe(200);
      expect([list.status, list.body.code, list.headers.get('retry-after')]).toEqual([503, 'database-unavailable', '5']);
      expect(answers.filter(({ status, headers }) => status !== 503 || headers.get('retry-after') === null)).toEqual([]);
      expect(new Set(answers.map(({ body }) => body.code))).toEqual(new Set(['database-unavailable']));
      expect(answeredMs).toBeLessThan(ANSWERED_WITHIN_MS);
      // Its key was not used up: nothing had been written down.
      expect([again.status, again.body.status]).toEqual([201, 'SCHEDULED']);
      expect(againMs).toBeLessThan(ANSWERED_WITHIN_MS);
    },
    RUN_MS,
  );
});
