import { ADMIN_KEY, startHub, type TestHub } from '../support/hub.js';

const PATHS = ['/docs', '/docs/', '/docs/swagger-ui-init.js', '/docs/swagger-ui.css', '/docs-json', '/docs-yaml'];

describe('Swagger UI and its document', () => {
  let closed: TestHub;
  let open: TestHub;

  beforeAll(async () => {
    closed = await startHub({ config: { areDocsOpen: false } });
    open = await startHub({ besides: closed, config: { areDocsOpen: true } });
  });
  afterAll(async () => {
    await open.close();
    await closed.close();
  });

  const basic = (key: string): string => `Basic ${Buffer.from(`anyone:${key}`).toString('base64')}`;
  const status = async (hub: TestHub, path: string, authorization?: string): Promise<number> =>
    (await fetch(`${hub.url}${path}`, authorization === undefined ? {} : { headers: { authorization } })).status;

  it.each(PATHS)('are for those with a key in production: %s', async path => {
    const [none, wrong] = [await fetch(`${closed.url}${path}`), await status(closed, path, basic('hub_of-nobody'))];
    const with_ = [await status(closed, path, basic(ADMIN_KEY)), await status(closed, path, `Bearer ${ADMIN_KEY}`)];

    expect([none.status, wrong, ...with_]).toEqual([401, 401, 200, 200]);
    expect(none.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(none.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect(await none.json()).toMatchObject({ status: 401, code: 'missing-api-key' });
  });

  it.each(['/DOCS', '/docs-JSON', '//docs', '/%64ocs', '/docs%2f', '/docs/../docs-json', '/docs;x', '/docs-json?x=/health/live'])(
    'are not shown without one by another spelling: %s',
    async path => {
      expect([401, 404, 400]).toContain(await status(closed, path));
    },
  );

  it('are for any key that holds, and no longer once it is revoked', async () => {
    const made = await closed.call('POST', '/api-keys', { name: 'Test reader', scopes: ['read'] });
    const key = String(made.body.key);

    const before = await status(closed, '/docs-json', basic(key));
    await closed.call('DELETE', `/api-keys/${String(made.body.id)}`);

    expect([made.status, before, await status(closed, '/docs-json', basic(key))]).toEqual([201, 200, 401]);
  });

  it.each(PATHS)('are open on the zero-configuration start: %s', async path => {
    expect(await status(open, path)).toBe(200);
  });
});
