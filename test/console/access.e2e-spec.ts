import { randomUUID } from 'node:crypto';
import { PUBLIC } from '../../src/auth/auth.decorators.js';
import { SCOPES, type Scope } from '../../src/auth/scope.js';
import { consoleVisitor, signedIn, type ConsoleVisitor, type Page } from '../support/console.js';
import { createFacility } from '../support/factories.js';
import { ADMIN_KEY, startHub, type TestHub } from '../support/hub.js';
import { aPatient, startJourney, type Journey } from '../support/journey.js';
import { routesOfRouter, type RouterRoute } from '../support/router.js';
import { webhookSender } from '../support/webhooks.js';

const SIGN_IN = '/console/sign-in';

describe('Access to the console', () => {
  let journey: Journey;
  let routes: RouterRoute[];
  /** Ids of a facility of which the others' keys know nothing, by the parameters' names. */
  let ids: Record<string, string>;

  const aKey = async (scope: Scope, facilityIds?: string[]): Promise<{ id: string; key: string }> => {
    const { body } = await journey.hub.call('POST', '/api-keys', { name: 'Test', scopes: [scope], ...(facilityIds && { facilityIds }) });
    return body as { id: string; key: string };
  };
  const pathOf = ({ path }: RouterRoute, named: Record<string, string> = ids): string =>
    path.replace(/:(\w+)/g, (_, name: string) => named[name] ?? randomUUID());
  const call = (visitor: ConsoleVisitor, route: RouterRoute, fields: Record<string, string> = {}): Promise<Page> =>
    route.method === 'GET' ? visitor.get(pathOf(route)) : visitor.post(pathOf(route), fields);

  beforeAll(async () => {
    journey = await startJourney();
    const { hub, facilityId, clock } = journey;
    routes = routesOfRouter(hub.app).filter(({ path, declared }) => path.startsWith('/console') && declared !== PUBLIC);
    const slot = journey.ids('cal-cardiology', 'type-consultation');
    const booked = await journey.book({ contact: aPatient(), ...slot, start: '2026-10-05T13:00:00+08:00' });
    const sender = await webhookSender(hub, facilityId, () => clock.now());
    const { id: webhookEventId } = await sender.sent({ action: 'sung', appointment_id: 'A-1' });
    const told = await hub.call('GET', `/facilities/${facilityId}/notifications`);
    ids = { facilityId, id: booked.body.id as string, webhookEventId, notificationId: told.body.data[0].id as string };
  });
  afterAll(() => journey.close());

  it('is by a session alone: without one, and with a key in a header, every page leads to the sign-in', async () => {
    const stranger = consoleVisitor(journey.hub);
    const wrong: string[] = [];

    expect(routes.length).toBeGreaterThan(20);
    for (const route of routes) {
      const answers = [
        await call(stranger, route),
        route.method === 'GET' ? await stranger.get(pathOf(route), { authorization: `Bearer ${ADMIN_KEY}` }) : await call(stranger, route),
      ];
      for (const { status, headers } of answers)
        if (status !== 303 || headers.get('location') !== SIGN_IN) wrong.push(`${route.method} ${route.path}: ${status}`);
    }

    expect(wrong).toEqual([]);
  });

  it('is as wide as the scope of the key', async () => {
    const wrong: string[] = [];

    for (const scope of SCOPES) {
      const visitor = await signedIn(journey.hub, (await aKey(scope)).key);
      for (const route of routes.filter(({ path }) => path !== '/console/sign-out')) {
        const { status, text } = await call(visitor, route, {});
        const isRefused = status === 403 && text.includes('scope-missing');
        const isRight = SCOPES.indexOf(scope) >= SCOPES.indexOf(route.declared as Scope);
        if (isRefused === isRight) wrong.push(`${route.method} ${route.path} with ${scope}: ${status}`);
      }
    }

    expect(wrong).toEqual([]);
  });

  it('needs a form of the same session for all that is sent, and one of the same site', async () => {
    const visitor = await signedIn(journey.hub, ADMIN_KEY);
    const other = await signedIn(journey.hub, ADMIN_KEY);
    const foreign = /name="csrf" value="([^"]+)"/.exec((await other.get('/console')).text)?.[1] ?? '';
    const wrong: string[] = [];

    for (const route of routes.filter(({ method }) => method === 'POST')) {
      const answers = [
        await visitor.post(pathOf(route), { csrf: '' }),
        await visitor.post(pathOf(route), { csrf: foreign }),
        await visitor.post(pathOf(route), {}, { 'sec-fetch-site': 'cross-site' }),
        await visitor.post(pathOf(route), {}, { 'sec-fetch-site': 'same-site' }),
      ];
      for (const { status, text } of answers) if (status !== 403 || !text.includes('forged-form')) wrong.push(`${route.path}: ${status}`);
    }

    expect(wrong).toEqual([]);
    expect((await visitor.get('/console')).status).toBe(200);
  });

  it('shows nothing of a facility that the key is not for, and does nothing there', async () => {
    const own = await createFacility(journey.hub, journey.sandbox, { name: 'Own Hospital (test)' });
    const visitor = await signedIn(journey.hub, (await aKey('admin', [own])).key);
    const fields = {
      reason: 'Curious',
      outcome: 'rejected',
      hours: '1',
      headers: '',
      body: '{}',
      findingId: randomUUID(),
      action: 'apply',
      status: 'testing',
    };
    const wrong: string[] = [];

    const tell = async (route: RouterRoute, named: Record<string, string>): Promise<string> => {
      const path = pathOf(route, named);
      const { status, text } = await (route.method === 'GET' ? visitor.get(path) : visitor.post(path, onlyKnown(route.path, fields)));
      return `${status} ${text.replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'ID')}`;
    };
    for (const route of routes.filter(({ path }) => path.includes(':'))) {
      const [foreign, unknown] = [await tell(route, ids), await tell(route, {})];
      if (!foreign.startsWith('404 ') || foreign !== unknown) wrong.push(`${route.method} ${route.path}: ${foreign.slice(0, 3)}`);
    }
    const overview = await visitor.get('/console');
    const search = await visitor.post('/console/search', { q: ids['id'] ?? '', facilityId: ids['facilityId'] ?? '' });

    expect(wrong).toEqual([]);
    expect(overview.text).toContain('Own Hospital (test)');
    expect(overview.text).not.toContain(ids['facilityId']);
    expect(search.status).toBe(404);
  });

  it('is no way into the API', async () => {
    const visitor = await signedIn(journey.hub, ADMIN_KEY);

    const answer = await visitor.get('/api/v1/facilities');

    expect(answer.status).toBe(401);
  });

  it('ends with the key, with the sign-out, after an hour away and after twelve in all', async () => {
    const isIn = async (visitor: ConsoleVisitor): Promise<boolean> => (await visitor.get('/console/search')).status === 200;
    const key = await aKey('read');
    const [revoked, out] = [await signedIn(journey.hub, key.key), await signedIn(journey.hub, ADMIN_KEY)];
    const kept = new Map(out.cookies);

    await journey.hub.call('DELETE', `/api-keys/${key.id}`);
    await out.post('/console/sign-out');
    for (const [name, value] of kept) out.cookies.set(name, value);

    expect([await isIn(revoked), await isIn(out)]).toEqual([false, false]);

    const [away, there] = [await signedIn(journey.hub, ADMIN_KEY), await signedIn(journey.hub, ADMIN_KEY)];
    const seen: boolean[] = [];
    for (let minutes = 0; minutes < 12 * 60; minutes += 50) {
      seen.push(await isIn(there));
      journey.clock.advance(50 * 60_000);
    }
    expect([new Set(seen), await isIn(there), await isIn(away)]).toEqual([new Set([true]), false, false]);
    await signedIn(journey.hub, ADMIN_KEY);
    expect(await journey.hub.sql('select 1 from console_session where created_at < $1', [new Date('2026-10-01T00:01:00Z')])).toEqual([]);
  });

  it('holds on every copy, and stands in the table as hashes alone', async () => {
    const visitor = await signedIn(journey.hub, ADMIN_KEY);
    const copy = await startHub({ besides: journey.hub, clock: journey.clock });
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');

    const { status } = await fetch(`${copy.url}/console/search`, { headers: { cookie }, redirect: 'manual' });
    const rows = await journey.hub.sql<{ text: string }>('select console_session::text as text from console_session');
    await copy.close();

    expect(status).toBe(200);
    for (const { text } of rows) for (const value of [...visitor.cookies.values(), ADMIN_KEY]) expect(text).not.toContain(value);
  });

  it('is put on record', async () => {
    const { id, key } = await aKey('read', [ids['facilityId'] ?? '']);
    await signedIn(journey.hub, key);

    const { body } = await journey.hub.call('GET', `/facilities/${ids['facilityId']}/audit-log?keyId=${id}`);

    expect(body.data).toMatchObject([{ action: 'signInToConsole', status: 303, keyId: id }]);
  });
});

describe('Signing in to the console', () => {
  let hub: TestHub;

  beforeAll(async () => {
    hub = await startHub();
  });
  afterAll(() => hub.close());

  const setCookies = async (at: TestHub): Promise<string[]> => {
    const visitor = consoleVisitor(at);
    const form = await visitor.get(SIGN_IN);
    const { headers } = await visitor.post(SIGN_IN, { key: ADMIN_KEY });
    return [...form.headers.getSetCookie(), ...headers.getSetCookie()];
  };

  it('sets cookies that no script reads and no other site sends', async () => {
    const secure = await startHub({ besides: hub, config: { publicUrl: 'https://hub.example' } });

    const [plain, safe] = [await setCookies(hub), await setCookies(secure)];
    await secure.close();

    for (const cookie of plain) expect(cookie).toMatch(/^hub-console-[a-z-]+=[\w-]{43};.* Path=\/console;.* HttpOnly; SameSite=Strict$/);
    for (const cookie of safe)
      expect(cookie).toMatch(/^__Host-hub-console-[a-z-]+=[\w-]{43};.* Path=\/;.* HttpOnly; Secure; SameSite=Strict$/);
  });

  it.each<[string, Record<string, string>, number, string]>([
    ['a key of nobody', { key: 'hub_nobody' }, 401, 'unknown, expired or revoked'],
    ['no key', { key: '' }, 401, 'unknown, expired or revoked'],
    ['a form of another site', { key: ADMIN_KEY, csrf: 'forged' }, 403, 'nothing was done'],
  ])('refuses %s, and says so on the form', async (_, fields, status, text) => {
    const visitor = consoleVisitor(hub);
    await visitor.get(SIGN_IN);

    const page = await visitor.post(SIGN_IN, fields);

    expect(page.status).toBe(status);
    expect(page.text).toContain(text);
    expect((await visitor.get('/console')).headers.get('location')).toBe(SIGN_IN);
  });

  it('counts wrong keys with those that are sent to the API, and lets the right one in all the same', async () => {
    const visitor = consoleVisitor(hub);
    await visitor.get(SIGN_IN);
    const statuses: number[] = [];
    for (let tries = 0; tries < 61; tries++) statuses.push((await visitor.post(SIGN_IN, { key: 'hub_wrong' })).status);

    const api = await hub.call('GET', '/facilities', undefined, { authorization: 'Bearer hub_wrong' });
    const right = await visitor.post(SIGN_IN, { key: ADMIN_KEY });

    expect(statuses.at(-1)).toBe(429);
    expect(api.status).toBe(429);
    expect(right.status).toBe(303);
  });
});

/** Of the fields those that a form of this path has: others are refused. */
function onlyKnown(path: string, fields: Record<string, string>): Record<string, string> {
  const names: Record<string, string[]> = {
    reveal: ['reason'],
    resend: ['reason'],
    'dry-run': ['headers', 'body'],
    repairs: ['findingId', 'action', 'reason'],
    status: ['status'],
  };
  const known = path.endsWith('/webhooks/replay') ? ['outcome', 'hours'] : (names[path.split('/').at(-1) ?? ''] ?? []);
  return Object.fromEntries(Object.entries(fields).filter(([name]) => known.includes(name)));
}
