import { RateCountCleanupCron } from '../../src/limits/rate-count-cleanup.cron.js';
import { RateExchangeCron } from '../../src/limits/rate-exchange.cron.js';
import { startCuttableProxy, type CuttableProxy } from '../support/cuttable-proxy.js';
import { eventually } from '../support/eventually.js';
import { aFacility } from '../support/factories.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { TestClock } from '../support/test-clock.js';
import { startScene, type Scene } from '../availability/a-month.js';

const NOW = '2026-10-01T00:00:00Z';
const WINDOW_MS = 10_000;
const PER_KEY = 40;
const PER_FACILITY = 60;
const LIMITS = { requestsPerKey: PER_KEY, requestsPerFacility: PER_FACILITY };

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
const statusesOf = (answers: Answer[]): Record<string, number> =>
  answers.reduce<Record<string, number>>((sums, { status }) => ({ ...sums, [status]: (sums[status] ?? 0) + 1 }), {});
const times = <T>(n: number, ask: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: n }, ask));

/** What it has counted is told, and it has heard what the others had told before. */
const exchange = (copy: TestHub): Promise<void> => copy.app.get(RateExchangeCron).tick();

/** A copy hears of the others once it has been asked itself. */
async function secondAsk(copy: TestHub, ask: () => Promise<Answer>): Promise<Answer> {
  await ask();
  // An exchange that was under way is joined, and may have begun before the ask.
  await exchange(copy);
  await exchange(copy);
  return ask();
}

describe('Rate limits', () => {
  const clock = new TestClock(NOW);
  let first: TestHub;
  let copies: TestHub[];
  let facilityId: string;

  beforeAll(async () => {
    first = await startHub({ clock, config: LIMITS });
    copies = [first, await startHub({ clock, besides: first }), await startHub({ clock, besides: first })];
    facilityId = (await first.call('POST', '/facilities', aFacility())).body.id as string;
  });
  afterAll(async () => {
    for (const copy of copies.toReversed()) await copy.close();
  });
  beforeEach(() => {
    clock.advance(60_000);
  });

  const aKey = async (more: Record<string, unknown> = {}): Promise<Record<string, string>> => {
    const { body } = await first.call('POST', '/api-keys', { name: 'Test', scopes: ['read'], ...more });
    return bearer(body.key as string);
  };
  const list = (headers: Record<string, string>, at = first): Promise<Answer> => at.call('GET', '/api-keys', undefined, headers);
  const read = (headers: Record<string, string>, at = first, id = facilityId): Promise<Answer> =>
    at.call('GET', `/facilities/${id}`, undefined, headers);

  describe('of a key', () => {
    it('tell with each answer what is left, and refuse what is over until the window ends', async () => {
      const key = await aKey();
      clock.advance(3_000);
      const one = await list(key);
      const rest = await times(PER_KEY - 1, () => list(key));

      const over = await list(key);

      expect([one.status, one.headers.get('ratelimit-policy'), one.headers.get('ratelimit')]).toEqual([
        403,
        `"api-key";q=${PER_KEY};w=10`,
        `"api-key";r=${PER_KEY - 1};t=7`,
      ]);
      expect(statusesOf(rest)).toEqual({ 403: PER_KEY - 1 });
      expect([over.status, over.headers.get('retry-after'), over.headers.get('ratelimit')]).toEqual([429, '7', '"api-key";r=0;t=7']);
      expect([over.headers.get('content-type'), over.body]).toEqual([
        expect.stringContaining('application/problem+json'),
        expect.objectContaining({ code: 'rate-limited', status: 429, detail: expect.stringContaining('wait 7 s') }),
      ]);
      clock.advance(7_000);
      expect((await list(key)).status).toBe(403);
    });

    it('are of that key alone', async () => {
      const [one, other] = [await aKey(), await aKey()];
      await times(PER_KEY, () => list(one));

      expect([(await list(one)).status, (await list(other)).status]).toEqual([429, 403]);
    });

    it('hold for the other copies, too', async () => {
      const key = await aKey();
      await times(PER_KEY, () => list(key));

      await exchange(first);
      const others = await Promise.all(copies.slice(1).map(copy => secondAsk(copy, () => list(key, copy))));

      expect(statusesOf(others)).toEqual({ 429: copies.length - 1 });
    });

    it('are overrun by no more than what each copy gets between two exchanges', async () => {
      const key = await aKey();
      const between = PER_KEY / 4;
      let through = 0;

      for (let refused = 0; refused < copies.length;) {
        const answers = await Promise.all(copies.map(copy => times(between, () => list(key, copy))));
        for (const copy of copies) await exchange(copy);
        refused = answers.filter(ofOne => ofOne.every(({ status }) => status === 429)).length;
        through += answers.flat().filter(({ status }) => status === 403).length;
      }

      expect(through).toBeGreaterThanOrEqual(PER_KEY);
      expect(through).toBeLessThanOrEqual(PER_KEY + copies.length * between);
    });
  });

  describe('of a facility', () => {
    it('are used by all keys together', async () => {
      const [one, other] = [await aKey(), await aKey()];
      await times(PER_KEY, () => read(one));
      await times(PER_FACILITY - PER_KEY, () => read(other));

      const over = await read(other);

      expect([over.status, over.headers.get('ratelimit')]).toEqual([429, '"api-key";r=20;t=10, "facility";r=0;t=10']);
      expect(over.body.detail).toContain('about this facility');
      const elsewhere = (await first.call('POST', '/facilities', aFacility())).body.id as string;
      expect((await read(other, first, elsewhere)).status).toBe(200);
    });

    it('are not used by a key that may not touch it', async () => {
      const bound = await aKey({ facilityIds: [(await first.call('POST', '/facilities', aFacility())).body.id] });
      const refused = await read(bound);

      const { headers } = await read(await aKey());

      expect([refused.status, refused.headers.get('ratelimit')]).toEqual([404, expect.not.stringContaining('facility')]);
      expect(headers.get('ratelimit')).toContain(`"facility";r=${PER_FACILITY - 1}`);
    });
  });

  it('of dry runs hold for the other copies, too', async () => {
    const { body } = await first.call('POST', '/facilities', aFacility());
    const path = `${new URL(body.webhook.url as string).pathname.replace('/api/v1', '')}/dry-run`;
    const answers = await times(31, () => first.call('POST', path, {}));

    await exchange(first);
    const others = await Promise.all(copies.slice(1).map(copy => secondAsk(copy, () => copy.call('POST', path, {}))));

    expect(statusesOf(answers)).toEqual({ 200: 30, 429: 1 });
    expect(statusesOf(others)).toEqual({ 429: copies.length - 1 });
  });

  it('are none for webhooks, whoever sends them', async () => {
    const { body } = await first.call('POST', '/facilities', aFacility());
    const path = new URL(body.webhook.url as string).pathname.replace('/api/v1', '');

    const answers = await times(PER_FACILITY + 10, () => first.call('POST', path, {}));

    expect(statusesOf(answers)).toEqual({ 401: PER_FACILITY + 10 });
  });

  it('leave counts behind, which are removed when they are old', async () => {
    const count = async (): Promise<number> => (await first.sql('select from rate_count')).length;
    await times(3, () => list({}));
    const before = await eventually('what was counted is told', count);

    clock.advance(3_600_000 + 2 * WINDOW_MS);
    await first.app.get(RateCountCleanupCron).tick();

    expect([before > 0, await count()]).toEqual([true, 0]);
  });

  it('are counted for whoever watches', async () => {
    const key = await aKey();
    await times(PER_KEY + 1, () => list(key));

    const text = await (await fetch(`${first.url}/metrics`)).text();

    expect(text).toMatch(/^hub_rate_limited_total\{limit="api-key"\} [1-9]/m);
    expect(text).toMatch(/^hub_rate_limited_total\{limit="facility"\} \d/m);
  });

  describe('of keys that do not hold', () => {
    const guess = (n: number): Promise<Answer[]> => times(n, () => list(bearer('hub_guessed')));

    it('slow who guesses, and nobody who has a key', async () => {
      const key = await aKey();
      const answers = await guess(60);

      const [over] = await guess(1);

      expect(statusesOf(answers)).toEqual({ 401: 60 });
      expect([over?.status, over?.body.code, over?.headers.get('ratelimit')]).toEqual([
        429,
        'rate-limited',
        expect.stringMatching(/^"failed-authentication";r=0;t=\d+$/),
      ]);
      expect((await list(key)).status).toBe(403);
      const noKey = await fetch(`${first.url}/api/v1/api-keys`);
      expect(noKey.status).toBe(401);
      clock.advance(60_000);
      expect(statusesOf(await guess(1))).toEqual({ 401: 1 });
    });
  });
});

describe('The limit of a key, while the database is away', () => {
  const clock = new TestClock(NOW);
  let hub: TestHub;
  let besides: TestHub;
  let proxy: CuttableProxy;

  beforeAll(async () => {
    besides = await startHub({ clock, config: LIMITS });
    const { hostname, port } = new URL(besides.databaseUrl);
    proxy = await startCuttableProxy(hostname, Number(port));
    const through = new URL(besides.databaseUrl);
    through.port = String(proxy.port);
    hub = await startHub({ clock, besides, config: { databaseUrl: through.href } });
  });
  afterAll(async () => {
    proxy.mend();
    await hub.close();
    await proxy.close();
    await besides.close();
  });

  it('goes on in memory, and is told to the other copies afterwards', async () => {
    proxy.cut();
    const away = await times(PER_KEY, () => hub.call('GET', '/facilities'));
    const over = await hub.call('GET', '/facilities');
    proxy.mend();

    expect([statusesOf(away), over.status]).toEqual([{ 503: PER_KEY }, 429]);
    await eventually('what was counted is told', async () => {
      const [row] = await besides.sql<{ used: number }>(`select used from rate_count where id = 'api-key:configured'`);
      return row?.used === PER_KEY;
    });
    const answer = await secondAsk(besides, () => besides.call('GET', '/facilities'));
    expect(answer.status).toBe(429);
  });
});

describe('The limit of a key, on the short way of a kept month', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({ config: LIMITS });
    scene.offers({ 'cal-1': ['2026-03-02T09:00:00+08:00'] });
  });
  afterAll(() => scene.close());

  it('is the same as on the long one', async () => {
    const { facilityId, hub, clock } = scene;
    const { body } = await hub.call('POST', '/api-keys', { name: 'Test', scopes: ['read'], facilityIds: [facilityId] });
    const path = `/facilities/${facilityId}/availability?${new URLSearchParams({ month: '2026-03', ...scene.ids() }).toString()}`;
    const month = (): Promise<Answer> => hub.call('GET', path, undefined, bearer(body.key as string));
    await month();
    clock.advance(WINDOW_MS);
    const kept = await times(PER_KEY, month);

    const over = await month();

    expect(statusesOf(kept)).toEqual({ 200: PER_KEY });
    expect(kept.map(({ headers }) => headers.get('ratelimit'))).toContain(
      `"api-key";r=0;t=10, "facility";r=${PER_FACILITY - PER_KEY};t=10`,
    );
    expect([over.status, over.body.code]).toEqual([429, 'rate-limited']);
    clock.advance(WINDOW_MS);
    expect((await month()).body.freshness.source).toBe('cache');
  });
});
