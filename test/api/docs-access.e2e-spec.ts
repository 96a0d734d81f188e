import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { ADMIN_KEY, startHub, type TestHub } from '../support/hub.js';

const PATHS = [
  ...['/docs', '/docs/', '/docs/swagger-ui-init.js', '/docs/swagger-ui.css', '/docs-json', '/docs-yaml'],
  ...['/docs/scheduler-api', '/docs/scheduler-api/', '/docs/scheduler-api/swagger-ui-init.js', '/docs/scheduler-api/swagger-ui.css'],
  ...['/docs/scheduler-api.json', '/docs/scheduler-api.yaml'],
];

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

  it("has the hospitals' side as a document of its own, to be read and not to be tried, which the first one leads to", async () => {
    const written = load(readFileSync('docs/scheduler-api.yaml', 'utf8'));
    const get = async (path: string): Promise<Response> => fetch(`${open.url}${path}`);

    const [page, start] = [await get('/docs/scheduler-api'), await (await get('/docs/scheduler-api/swagger-ui-init.js')).text()];
    const hub = (await (await get('/docs-json')).json()) as { info: { description: string }; externalDocs: { url: string } };

    expect(load(await (await get('/docs/scheduler-api.yaml')).text())).toEqual(written);
    expect(await (await get('/docs/scheduler-api.json')).json()).toEqual(written);
    expect([hub.externalDocs.url, hub.info.description]).toEqual(['/docs/scheduler-api', expect.stringContaining('(/docs/scheduler-api)')]);
    expect(await page.text()).toContain('<title>Scheduling system API</title>');
    expect(start).toContain('"operationId": "createAppointment"');
    expect(start).toMatch(/"supportedSubmitMethods": \[\]/);
    expect(page.headers.get('content-security-policy')).toBe((await get('/docs')).headers.get('content-security-policy'));
  });
});
