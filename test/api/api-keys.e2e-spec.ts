import { createHash } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { aFacility } from '../support/factories.js';
import { ADMIN_KEY, startHub, type Answer, type TestHub } from '../support/hub.js';
import { fetchOpenApi, routesOf, type Route } from '../support/openapi.js';
import { TestClock } from '../support/test-clock.js';
import { wholeDatabase } from '../support/whole-database.js';

/** All else: reading needs `read`, changing needs `write`. */
const ADMIN_ONLY = [
  'createFacility',
  'changeFacility',
  'deactivateFacility',
  'setFacilityStatus',
  'rotateWebhookSecret',
  'createApiKey',
  'listApiKeys',
  'revokeApiKey',
  'listAuditLog',
  'exportContact',
  'eraseContact',
];
const READ_BY_POST = ['searchContacts'];
/** These are signed instead. */
const NEEDS_NO_KEY = ['receiveWebhook', 'dryRunWebhook', 'receiveProviderCallback', 'verifyMessengerCallback'];
const NOBODY = '01999c5e-0000-7000-8000-00000000000f';

describe('API keys', () => {
  let hub: TestHub;
  let other: TestHub;
  let clock: TestClock;
  let routes: Route[];

  beforeAll(async () => {
    clock = new TestClock('2026-10-01T00:00:00Z');
    hub = await startHub({ clock });
    other = await startHub({ clock, besides: hub });
    routes = routesOf(await fetchOpenApi(hub));
  });
  afterAll(async () => {
    await other.close();
    await hub.close();
  });

  const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
  const aKey = async (more: Record<string, unknown> = {}): Promise<{ id: string; key: string; headers: Record<string, string> }> => {
    const { body } = await hub.call('POST', '/api-keys', { name: 'Test', scopes: ['read'], ...more });
    return { id: body.id, key: body.key, headers: bearer(body.key as string) };
  };
  const use = (headers: Record<string, string>, at: TestHub = hub): Promise<Answer> => at.call('GET', '/facilities', undefined, headers);

  it('shows a key once, and keeps its hash alone', async () => {
    const made = await hub.call('POST', '/api-keys', { name: 'Chat platform', scopes: ['write'] });
    await use(bearer(made.body.key as string));

    const listed = await hub.call('GET', '/api-keys?limit=200');
    const database = await wholeDatabase(hub.databaseUrl);

    expect(made).toMatchObject({
      status: 201,
      body: { name: 'Chat platform', scopes: ['write'], facilityIds: null, expiresAt: null, revokedAt: null },
    });
    expect(made.body.key).toMatch(/^hub_[\w-]{43}$/);
    expect(listed.body.data).toContainEqual({ ...made.body, key: undefined, lastUsedAt: '2026-10-01T00:00:00.000Z' });
    expect(JSON.stringify(listed.body)).not.toContain(made.body.key.slice(8));
    const hash = createHash('sha256').update(String(made.body.key)).digest('base64url');
    expect(JSON.stringify([made.body, listed.body])).not.toContain(hash);
    expect(database).toContain(hash);
    expect(database).not.toContain(made.body.key.slice(8));
    expect(database).not.toContain(ADMIN_KEY);
  });

  it('lets each scope do what it may on every route, and nothing else', async () => {
    const headers = { read: (await aKey()).headers, write: (await aKey({ scopes: ['write'] })).headers, admin: bearer(ADMIN_KEY) };
    const ranks = ['read', 'write', 'admin'] as const;
    const wrong: string[] = [];

    const keyed = routes.filter(r => r.path.startsWith('/api/v1') && !NEEDS_NO_KEY.includes(r.operation.operationId ?? ''));
    for (const { method, path, operation } of keyed) {
      const id = operation.operationId ?? '';
      const needed = ADMIN_ONLY.includes(id) ? 'admin' : method === 'GET' || READ_BY_POST.includes(id) ? 'read' : 'write';
      const target = path.replace('/api/v1', '').replace(/\{[^}]+\}/g, NOBODY);
      const body = method === 'GET' || method === 'DELETE' ? undefined : {};
      for (const scope of ranks) {
        const { status } = await hub.call(method, target, body, headers[scope]);
        const isLetIn = status !== 401 && status !== 403;
        if (isLetIn !== ranks.indexOf(scope) >= ranks.indexOf(needed)) wrong.push(`${id} with ${scope}: ${status}`);
      }
      const { status } = await hub.call(method, target, body, { authorization: '' });
      if (status !== 401) wrong.push(`${id} without a key: ${status}`);
    }
    // So many without a key, and whoever shows none is told to wait: until the next minute.
    clock.advance(60_000);

    expect(wrong).toEqual([]);
  });

  it.each([
    ['no header', { authorization: '' }],
    ['an unknown key', bearer('hub_unknown')],
    ['another scheme', { authorization: `Basic ${btoa(`admin:${ADMIN_KEY}`)}` }],
    ['two keys', { authorization: `Bearer ${ADMIN_KEY} ${ADMIN_KEY}` }],
    ['a part of a key', bearer(ADMIN_KEY.slice(0, -1))],
    ['an overlong key', bearer('x'.repeat(2_000))],
    ['SQL', bearer(`'or'1'='1`)],
  ])('is refused: %s', async (_, headers) => {
    const answer = await use(headers);

    expect(answer.status).toBe(401);
    expect(answer.body.code).toMatch(/^(missing|invalid)-api-key$/);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('holds until it expires, to the moment, also where it was just used', async () => {
    const { headers } = await aKey({ expiresAt: '2026-10-01T01:00:00Z' });

    clock.set('2026-10-01T00:59:59.999Z');
    const before = [await use(headers), await use(headers, other)];
    clock.set('2026-10-01T01:00:00Z');
    const after = [await use(headers), await use(headers, other)];

    expect([...before, ...after].map(a => a.status)).toEqual([200, 200, 401, 401]);
  });

  it('is revoked at once, also on another copy of the hub that has just let it in', async () => {
    const { id, headers } = await aKey();
    expect([(await use(headers)).status, (await use(headers, other)).status]).toEqual([200, 200]);

    const revoked = await hub.call('DELETE', `/api-keys/${id}`);
    const here = await use(headers);
    const there = await eventually(
      'the other copy has heard',
      async () => ((await use(headers, other)).status === 401 ? true : null),
      1_000,
    );

    expect([revoked.status, here.status, there]).toEqual([204, 401, true]);
    expect((await hub.call('DELETE', `/api-keys/${id}`)).status).toBe(204);
  });

  it('bound to facilities, may not make facilities or keys, even as an admin', async () => {
    const facility = await hub.call('POST', '/facilities', aFacility());
    const { headers } = await aKey({ scopes: ['admin'], facilityIds: [facility.body.id] });
    const facilities = await hub.call('GET', '/facilities', undefined, headers);

    const answers = [
      await hub.call('POST', '/facilities', aFacility(), headers),
      await hub.call('POST', '/api-keys', { name: 'More', scopes: ['admin'] }, headers),
      await hub.call('GET', '/api-keys', undefined, headers),
      await hub.call('DELETE', `/api-keys/${NOBODY}`, undefined, headers),
    ];

    expect(answers.map(a => [a.status, a.body.code])).toEqual(answers.map(() => [403, 'key-bound-to-facilities']));
    expect((facilities.body.data as { id: string }[]).map(f => f.id)).toEqual([facility.body.id]);
    expect((await hub.call('PATCH', `/facilities/${facility.body.id}`, { name: 'Test Own' }, headers)).status).toBe(200);
  });

  it.each([
    ['no name', { name: '' }, 'name'],
    ['no scope', { scopes: [] }, 'scopes'],
    ['an unknown scope', { scopes: ['root'] }, 'scopes'],
    ['one scope twice', { scopes: ['read', 'read'] }, 'scopes'],
    ['a scope that is no list', { scopes: 'read' }, 'scopes'],
    ['no facility in the list', { facilityIds: [] }, 'facilityIds'],
    ['a facility that is no id', { facilityIds: ['all'] }, 'facilityIds'],
    ['an expiry that is no time', { expiresAt: 'soon' }, 'expiresAt'],
    ['an expiry without offset', { expiresAt: '2027-01-01T00:00:00' }, 'expiresAt'],
    ['a key of the caller’s own', { key: 'hub_mine' }, 'key'],
  ])('is not made with %s', async (_, change, field) => {
    const refused = await hub.call('POST', '/api-keys', { name: 'Test', scopes: ['read'], ...change });

    expect(refused).toMatchObject({ status: 400, body: { code: 'validation-failed', errors: [{ field }] } });
  });
});
