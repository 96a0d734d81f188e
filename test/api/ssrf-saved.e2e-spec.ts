import type * as Factories from '../support/factories.js';
import type { TestHub } from '../support/hub.js';
import { takeWaysOut, type NoWayOut } from '../schedulers/no-way-out.js';
import { ALLOWED, FORBIDDEN_URLS, NEVER_SAVED } from '../schedulers/ssrf-corpus.js';

const URLS = [...Object.values(FORBIDDEN_URLS).flat(), ...NEVER_SAVED];

describe('A facility whose URL leads inside', () => {
  const ours = new Set<number>();
  let isStarting = true;
  let ways: NoWayOut;
  let hub: TestHub;
  let aFacility: typeof Factories.aFacility;

  beforeAll(async () => {
    // The database, and then the hub and the database alone.
    ways = takeWaysOut((host, port) => (isStarting ? host === '127.0.0.1' || host === 'localhost' : ours.has(port)));
    const support = await import('../support/hub.js');
    ({ aFacility } = await import('../support/factories.js'));
    hub = await support.startHub();
    for (const url of [hub.url, hub.databaseUrl]) ours.add(Number(new URL(url).port));
    isStarting = false;
  });
  afterAll(async () => {
    await hub.close();
    ways.undo();
  });

  const withUrl = (baseUrl: string): Record<string, unknown> =>
    aFacility({ scheduler: { connector: 'botmd', baseUrl, auth: { scheme: 'bearer', apiKey: 'test-upstream-key' } } });
  const withProvider = (baseUrl: string): Record<string, unknown> => ({
    notifications: {
      channels: [{ channel: 'sms', baseUrl, accountSid: `AC${'0'.repeat(32)}`, authToken: 'test-sms-token', from: '+15005550006' }],
    },
  });

  it('is not made, not changed into, and not sent messages by: 400, nothing stored, nothing called', async () => {
    // Switched off, so that the hub has no reason of its own to call it.
    const made = await hub.call('POST', '/facilities', { ...withUrl('https://his.example.org/api/v1'), status: 'inactive' });
    const id = String(made.body.id);
    const before = await hub.sql(`select scheduler, notifications from facility`);
    const wrong: string[] = [];

    for (const url of URLS) {
      const answers = [
        await hub.call('POST', '/facilities', withUrl(url)),
        await hub.call('PATCH', `/facilities/${id}`, { scheduler: withUrl(url)['scheduler'] }),
        await hub.call('PATCH', `/facilities/${id}`, withProvider(url)),
      ];
      if (answers.some(({ status }) => status !== 400 && status !== 422))
        wrong.push(`${url}: ${answers.map(({ status }) => status).join()}`);
    }

    expect(wrong).toEqual([]);
    expect(await hub.sql(`select scheduler, notifications from facility`)).toEqual(before);
    expect([ways.reached, ways.asked]).toEqual([[], []]);
  });

  it('is another than one at a public host, which is made', async () => {
    const wrong: string[] = [];
    for (const [url] of ALLOWED) {
      const { status } = await hub.call('POST', '/facilities', withUrl(url));
      if (status !== 201) wrong.push(`${url}: ${status}`);
    }

    expect(wrong).toEqual([]);
  });

  it('can be sent messages by a public host', async () => {
    const made = await hub.call('POST', '/facilities', withUrl('https://his.example.org/api/v1'));
    const { status } = await hub.call('PATCH', `/facilities/${String(made.body.id)}`, withProvider('https://provider.example.org'));

    expect(status).toBe(200);
  });
});
