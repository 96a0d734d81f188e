import { eventually } from '../support/eventually.js';
import { startHub, type Answer } from '../support/hub.js';
import { failing, heldBack, startScene, startsOf, type Scene } from './a-month.js';

const NINE = '2026-03-09T09:00:00+08:00';
const TEN = '2026-03-09T10:00:00+08:00';

describe('When the hospital does not answer, the slots of a month', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({ config: { availabilityTimeoutMs: 200 } });
  });
  afterAll(() => scene.close());
  beforeEach(() => {
    scene.clock.advance(60_000);
    scene.hospital.requests.length = 0;
  });

  const known = async (slots: string[]): Promise<Answer> => {
    scene.offers({ 'cal-1': slots });
    const answer = await scene.month();
    scene.clock.advance(60_000);
    return answer;
  };

  it('are those it offered last, and in the background those it offers at last', async () => {
    const before = await known([NINE]);
    const held = heldBack({ 'cal-1': [TEN] });
    scene.hospital.on('GET /availability', held.handler);

    const stale = await scene.month();
    const meanwhile = await scene.month();
    held.letGo();
    const refreshed = await eventually('the slow answer has come', async () => {
      const { body } = await scene.month();
      return body.freshness.source === 'cache' && body;
    });

    expect(stale.body).toEqual({ ...before.body, freshness: { source: 'stale', fetchedAt: before.body.freshness.fetchedAt } });
    expect(meanwhile.body).toEqual(stale.body);
    expect(refreshed.days[0].slots).toMatchObject([{ start: TEN }]);
    expect(scene.calls()).toHaveLength(2);
  });

  it('leave out those that have begun since', async () => {
    scene.offers({ 'cal-2': [NINE, TEN] });
    await scene.month(scene.ids('cal-2'));
    const now = scene.clock.now();
    scene.hospital.on('GET /availability', failing());

    scene.clock.set('2026-03-09T01:00:00Z');
    const stale = await scene.month(scene.ids('cal-2'));
    scene.clock.set(now.toISOString());

    expect(startsOf(stale)).toEqual([TEN]);
    expect(stale.body.freshness.source).toBe('stale');
  });

  it('are not asked for again for two seconds', async () => {
    await known([NINE]);
    scene.hospital.on('GET /availability', failing());
    scene.hospital.requests.length = 0;

    const sources: string[] = [];
    for (const ms of [0, 1_000, 999, 1]) {
      scene.clock.advance(ms);
      sources.push((await scene.month()).body.freshness.source);
    }

    expect(sources).toEqual(['stale', 'stale', 'stale', 'stale']);
    expect(scene.calls()).toHaveLength(2);
  });

  it('are left alone for as long as the hospital asks', async () => {
    await known([NINE]);
    scene.hospital.on('GET /availability', (_request, response) => {
      response.writeHead(429, { 'retry-after': '10' }).end();
    });
    scene.hospital.requests.length = 0;

    await scene.month();
    scene.clock.advance(9_999);
    await scene.month();
    expect(scene.calls()).toHaveLength(1);
    scene.clock.advance(2_000);
    await scene.month();

    expect(scene.calls()).toHaveLength(2);
  });

  it.each([
    { what: 'fails', handler: failing(500), code: 'upstream-error' },
    { what: 'refuses the key', handler: failing(401), code: 'upstream-credentials-refused' },
    { what: 'answers something else', handler: { nonsense: true }, code: 'upstream-invalid-response' },
    { what: 'says nothing', handler: () => undefined, code: 'upstream-timeout' },
  ])('are answered 503 with its code where none are known and it $what', async ({ handler, code }) => {
    scene.clock.advance(60_000);
    scene.hospital.on('GET /availability', handler);

    const answer = await scene.month({ month: '2026-05' });

    expect(answer).toMatchObject({ status: 503, body: { code, title: 'Service Unavailable' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    // Lets the read that was left hanging come to its end, so that the next one begins anew.
    if (code === 'upstream-timeout') scene.hospital.on('GET /availability', []);
  });

  it('do not keep the hub from stopping', async () => {
    const copy = await startHub({ clock: scene.clock, besides: scene.hub });
    scene.hospital.on('GET /availability', () => undefined);
    await scene.month({}, copy);
    expect(scene.calls()).toHaveLength(1);

    const startedAtMs = performance.now();
    await copy.close();

    // The read itself would go on for 3.5 s.
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });
});
