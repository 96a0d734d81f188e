import { aFacility } from '../support/factories.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { fetchOpenApi, routesOf } from '../support/openapi.js';

let hub: TestHub;
let contact: string;

beforeAll(async () => {
  hub = await startHub();
  const facilityId = (await hub.call('POST', '/facilities', aFacility())).body.id;
  contact = `/contacts/${(await hub.call('PUT', `/facilities/${facilityId}/contacts`, { name: 'Maria Santos' })).body.id}`;
});
afterAll(() => hub.close());

function again(tag: string | null): Promise<Answer> {
  return hub.call('GET', contact, undefined, { 'if-none-match': tag ?? '' });
}

describe('What is read', () => {
  it('is not sent again while nothing has changed, and is once something has', async () => {
    const tag = (await hub.call('GET', contact)).headers.get('etag');

    const same = await again(tag);
    await hub.call('PATCH', contact, { locale: 'fil-PH' });
    const changed = await again(tag);

    expect(same).toMatchObject({ status: 304, body: undefined });
    expect(same.headers.get('etag')).toBe(tag);
    expect(changed).toMatchObject({ status: 200, body: { locale: 'fil-PH' } });
    expect(changed.headers.get('etag')).not.toBe(tag);
  });

  it('is in the audit log, sent or not', async () => {
    const tag = (await hub.call('GET', contact)).headers.get('etag');
    const entries = (): Promise<unknown[]> => hub.sql('select from audit_contact where contact_id = $1', [contact.split('/')[2]]);
    const before = (await entries()).length;

    expect((await again(tag)).status).toBe(304);

    expect(await entries()).toHaveLength(before + 1);
  });

  it('has a version; what is refused, or written, has none', async () => {
    expect((await hub.call('GET', `${contact}0`)).headers.get('etag')).toBeNull();
    expect((await hub.call('PATCH', contact, { locale: null })).headers.get('etag')).toBeNull();
    expect((await fetch(`${hub.url}/health/live`)).headers.get('etag')).toBeNull();
  });

  it('says so in the document, wherever it is JSON and a key is needed', async () => {
    const reads = routesOf(await fetchOpenApi(hub)).filter(({ method, path }) => method === 'GET' && path.startsWith('/api/v1/'));
    const versioned = reads.filter(({ operation }) => '304' in operation.responses);

    expect(versioned.length).toBeGreaterThan(20);
    expect(reads.filter(read => !versioned.includes(read)).map(({ path }) => path)).toEqual([
      '/api/v1/provider-callbacks/messenger/{token}',
    ]);
  });
});
