import { randomBytes } from 'node:crypto';
import { Controller, Get, Post } from '@nestjs/common';
import { PUBLIC } from '../../src/auth/auth.decorators.js';
import { SCOPES, type Scope } from '../../src/auth/scope.js';
import { aFacility } from '../support/factories.js';
import { ADMIN_KEY, startHub, type TestHub } from '../support/hub.js';
import { routesOfRouter, type RouterRoute } from '../support/router.js';
import { TestClock } from '../support/test-clock.js';

/** Every route that is answered without a key, and why. */
const PUBLIC_ROUTES: Record<string, string> = {
  'POST /api/v1/webhooks/:token': 'signed by the hospital',
  'POST /api/v1/webhooks/:token/dry-run': 'signed by the hospital',
  'POST /api/v1/provider-callbacks/:channel/:token': 'signed by the provider',
  'GET /api/v1/provider-callbacks/messenger/:token': 'carries its own verify token',
  'GET /health/live': 'for the balancer',
  'GET /health/ready': 'for the balancer',
  'GET /metrics': 'for Prometheus: nothing of a patient, no id but of facilities whose hospital fails',
  'GET /console/sign-in': 'an empty form',
  'POST /console/sign-in': 'takes a key itself',
  'GET /console/assets/:version/:name': 'style and script, the same for everybody',
};
/** Swagger's own, which tell of the API and of nobody's data, and what says 404 where no route has answered. */
const OF_NO_CONTROLLER = [
  'GET /docs',
  'GET /docs-json',
  'GET /docs-yaml',
  'GET /docs/LICENSE',
  'GET /docs/docs/swagger-ui-init.js',
  'GET /docs/index.html',
  'GET /docs/scheduler-api',
  'GET /docs/scheduler-api.json',
  'GET /docs/scheduler-api.yaml',
  'GET /docs/scheduler-api/LICENSE',
  'GET /docs/scheduler-api/index.html',
  'GET /docs/scheduler-api/scheduler-api/swagger-ui-init.js',
  'GET /docs/scheduler-api/swagger-ui-init.js',
  'GET /docs/swagger-ui-init.js',
  '_ALL *path',
];
const NOBODY = '01999c5e-0000-7000-8000-00000000000f';
const REFUSALS = ['missing-api-key', 'invalid-api-key', 'scope-missing'];

/** Somebody has forgotten to say who may call these. */
@Controller('forgotten')
class ForgottenController {
  @Get(':id')
  read(): string {
    return 'told';
  }

  @Post()
  write(): string {
    return 'done';
  }
}

interface Caller {
  name: string;
  authorization: string | null;
  /** null: the key does not hold. */
  scopes: readonly Scope[] | null;
}

describe('Every route of the router', () => {
  let hub: TestHub;
  let clock: TestClock;
  let routes: RouterRoute[];
  let callers: Caller[];

  const aKey = async (scopes: Scope[], more: Record<string, unknown> = {}): Promise<{ id: string; key: string }> => {
    const { body } = await hub.call('POST', '/api-keys', { name: 'Test', scopes: scopes.length === 0 ? ['read'] : scopes, ...more });
    const { id, key } = body as { id: string; key: string };
    if (scopes.length === 0) await hub.sql(`update api_key set scopes = '{}' where id = $1`, [id]);
    return { id, key };
  };
  const placeOf = ({ method, path }: RouterRoute): string => `${method} ${path}`;

  beforeAll(async () => {
    clock = new TestClock('2026-10-01T00:00:00Z');
    hub = await startHub({ clock, controllers: [ForgottenController] });
    routes = routesOfRouter(hub.app);
    const revoked = await aKey(['admin']);
    await hub.call('DELETE', `/api-keys/${revoked.id}`);
    const expired = await aKey(['admin'], { expiresAt: '2026-10-01T00:00:01Z' });
    const valid = async (scopes: Scope[], more = {}): Promise<Pick<Caller, 'authorization' | 'scopes'>> => ({
      authorization: `Bearer ${(await aKey(scopes, more)).key}`,
      scopes,
    });
    const facility = await hub.call('POST', '/facilities', aFacility());
    const unknown = `hub_${randomBytes(32).toString('base64url')}`;
    clock.advance(2_000);
    const refused = {
      'no key': null,
      'an empty key': 'Bearer ',
      'another scheme': `Basic ${btoa(`admin:${ADMIN_KEY}`)}`,
      'a key without its scheme': ADMIN_KEY,
      'two keys': `Bearer ${ADMIN_KEY} ${ADMIN_KEY}`,
      'an overlong key': `Bearer ${'x'.repeat(2_000)}`,
      'a key of nobody': `Bearer ${unknown}`,
      'a key that is expired': `Bearer ${expired.key}`,
      'a key that is revoked': `Bearer ${revoked.key}`,
    };
    callers = [
      ...Object.entries(refused).map(([name, authorization]) => ({ name, authorization, scopes: null })),
      { name: 'no scope', ...(await valid([])) },
      { name: 'read', ...(await valid(['read'])) },
      { name: 'write', ...(await valid(['write'])) },
      { name: 'admin', ...(await valid(['admin'])) },
      { name: 'all scopes', ...(await valid([...SCOPES])) },
      { name: 'read of one facility', ...(await valid(['read'], { facilityIds: [facility.body.id] })) },
      { name: 'admin of one facility', ...(await valid(['admin'], { facilityIds: [facility.body.id] })) },
    ];
  });
  afterAll(() => hub.close());

  const call = (route: RouterRoute, method: string, { authorization }: Caller): Promise<Response> => {
    const hasBody = ['POST', 'PUT', 'PATCH'].includes(method);
    const headers: Record<string, string> = hasBody ? { 'content-type': 'application/json' } : {};
    if (authorization !== null) headers['authorization'] = authorization;
    return fetch(`${hub.url}${route.path.replace(/:\w+/g, NOBODY)}`, { method, headers, ...(hasBody ? { body: '{}' } : {}) });
  };
  /** What the guard has told; null: it has let the request through. */
  const refusalIn = async (response: Response): Promise<string | null> => {
    const text = await response.text();
    const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
    const code = isProblem ? (JSON.parse(text) as { code: string }).code : '';
    return REFUSALS.includes(code) ? `${response.status} ${code}` : null;
  };
  const expectedOf = ({ declared }: RouterRoute, { authorization, scopes }: Caller): string | null => {
    if (declared === PUBLIC) return null;
    if (scopes === null) return `401 ${authorization === null ? 'missing' : 'invalid'}-api-key`;
    const rank = Math.max(-1, ...scopes.map(scope => SCOPES.indexOf(scope)));
    return declared != null && rank >= SCOPES.indexOf(declared) ? null : '403 scope-missing';
  };

  it('says whom it is for: a scope, or that it is public for a reason; one that does not is found out', () => {
    const of = (declared: RouterRoute['declared']): string[] => routes.filter(r => r.declared === declared).map(placeOf);

    expect(of(undefined)).toEqual(['GET /api/v1/forgotten/:id', 'POST /api/v1/forgotten']);
    expect(of(PUBLIC).sort()).toEqual(Object.keys(PUBLIC_ROUTES).sort());
    expect(of(null).sort()).toEqual(OF_NO_CONTROLLER);
    expect(routes.filter(r => SCOPES.some(scope => scope === r.declared)).length).toBeGreaterThan(45);
  });

  it('lets in who has its scope and nobody else, whatever is sent as a key', async () => {
    const wrong: string[] = [];

    // The console's are for sessions: test/console/access.e2e-spec.ts.
    for (const route of routes.filter(r => r.declared !== null && !r.path.startsWith('/console'))) {
      // Who guesses is told to wait: a minute for each route.
      clock.advance(60_000);
      for (const caller of callers) {
        const expected = expectedOf(route, caller);
        const answer = await call(route, route.method, caller);
        const told = await refusalIn(answer);
        if (told !== expected) wrong.push(`${placeOf(route)} with ${caller.name}: ${String(told)} instead of ${String(expected)}`);
        if (route.method !== 'GET') continue;
        const { status } = await call(route, 'HEAD', caller);
        if (status !== answer.status) wrong.push(`HEAD ${route.path} with ${caller.name}: ${status} instead of ${answer.status}`);
      }
    }

    expect(wrong).toEqual([]);
  });

  it('takes the old key and the new one while a key is changed, and notes the last use of each', async () => {
    clock.set('2026-11-01T00:00:00Z');
    const old = await aKey(['read']);
    const use = async ({ key }: { key: string }): Promise<number> =>
      (await hub.call('GET', '/facilities', undefined, { authorization: `Bearer ${key}` })).status;
    const lastUse = async ({ id }: { id: string }): Promise<unknown> => {
      const { body } = await hub.call('GET', '/api-keys?limit=200');
      return (body as { data: { id: string; lastUsedAt: string | null }[] }).data.find(key => key.id === id)?.lastUsedAt;
    };

    const before = [await use(old), await lastUse(old)];
    clock.set('2026-11-01T00:02:00Z');
    const fresh = await aKey(['read']);
    const unused = await lastUse(fresh);
    const both = [await use(old), await use(fresh), await lastUse(fresh)];
    await hub.call('DELETE', `/api-keys/${old.id}`);
    const after = [await use(old), await use(fresh), await lastUse(old)];

    expect(before).toEqual([200, '2026-11-01T00:00:00.000Z']);
    expect(unused).toBeNull();
    expect(both).toEqual([200, 200, '2026-11-01T00:02:00.000Z']);
    expect(after).toEqual([401, 200, expect.stringMatching(/^2026-11-01T00:0[02]:00\.000Z$/)]);
  });
});
