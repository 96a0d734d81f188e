import type * as BaseUrl from '../../src/common/base-url.js';
import type { UpstreamClient } from '../../src/schedulers/upstream.client.js';
import type { SchedulerOptions } from '../../src/schedulers/scheduler.options.js';
import type { UpstreamReply } from '../../src/schedulers/upstream-reply.js';
import type * as Hospitals from './a-hospital.js';
import { takeWaysOut, type NoWayOut } from './no-way-out.js';
import { ALLOWED, FORBIDDEN_ADDRESSES, FORBIDDEN_URLS, NEVER_SAVED } from './ssrf-corpus.js';

const PUBLIC = ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'] as const;
const NAME = 'https://his.example.org/api/v1';
const URLS = Object.values(FORBIDDEN_URLS).flat();
/** What no parser takes cannot be called. */
const CALLABLE = URLS.filter(url => URL.canParse(url));
const ADDRESSES = Object.values(FORBIDDEN_ADDRESSES).flat();

describe('A URL that leads inside', () => {
  const ours = new Set<string>();
  const closers: (() => Promise<void>)[] = [];
  let ways: NoWayOut;
  let rules: typeof BaseUrl;
  let world: typeof Hospitals;

  beforeAll(async () => {
    ways = takeWaysOut((host, port) => ours.has(`${host}:${port}`));
    // Loaded once there is no way out: what they keep of node:dns is the test's.
    rules = await import('../../src/common/base-url.js');
    world = await import('./a-hospital.js');
  });
  beforeEach(() => {
    ways.clear();
    ways.resolver = () => PUBLIC;
    ways.asksForAll = true;
  });
  afterEach(async () => {
    await Promise.all(closers.splice(0).map(close => close()));
    await world.closeHospitals();
  });
  afterAll(() => {
    ways.undo();
  });

  async function aClient(options: Partial<SchedulerOptions> = {}): Promise<UpstreamClient> {
    const { client, close } = await world.aScheduler({ lookup: ways.lookup, writeTimeoutMs: 3_500, ...options });
    closers.push(close);
    return client;
  }

  /** A read, a write, and a write by a line that was opened ahead. */
  async function called(client: UpstreamClient, href: string): Promise<UpstreamReply[]> {
    const request = { url: new URL(href), headers: {}, timeoutMs: 3_500 };
    const line = client.lineTo(request.url);
    line?.connect();
    return [
      await client.read({ ...request, method: 'GET', body: null }),
      await client.write({ ...request, method: 'POST', body: '{}' }),
      await client.write({ ...request, method: 'POST', body: '{}' }, line),
    ];
  }

  const isRefused = (replies: readonly UpstreamReply[], why: RegExp): boolean =>
    replies.every(reply => reply.kind === 'failed' && reply.code === 'upstream-unreachable' && why.test(reply.detail));

  it('is there in more than 300 forms, none twice', () => {
    const sizes = [URLS, ADDRESSES, ALLOWED].map(list => new Set<unknown>(list).size);

    expect(sizes).toEqual([URLS.length, ADDRESSES.length, ALLOWED.length]);
    expect([CALLABLE.length > 200, ADDRESSES.length > 80, ALLOWED.length > 30]).toEqual([true, true, true]);
  });

  it('is not saved, in whatever form', () => {
    const saved = [...URLS, ...NEVER_SAVED].filter(url => rules.judgeBaseUrl(url, []).isAllowed || rules.judgeOrigin(url, []).isAllowed);

    expect(saved).toEqual([]);
  });

  it('is not called though it was saved: no name is asked for, nothing connected to', async () => {
    const client = await aClient();
    const wrong: string[] = [];

    for (const url of CALLABLE) {
      const replies = await called(client, url);
      if (!isRefused(replies, /^not called: /) || ways.asked.length + ways.reached.length > 0)
        wrong.push(`${url}: ${ways.asked.join()} ${ways.reached.join()}`);
      ways.clear();
    }

    expect(wrong).toEqual([]);
  });

  it('is not connected to by a name of it, alone or among public addresses', async () => {
    const client = await aClient();
    const wrong: string[] = [];

    for (const address of ADDRESSES) {
      for (const answer of [[address], [address, ...PUBLIC], [...PUBLIC, address], [PUBLIC[0], address, PUBLIC[1]]]) {
        ways.resolver = () => answer;
        // Of more than one the first alone would be seen.
        ways.asksForAll = answer.length > 1 || !ways.asksForAll;
        const replies = await called(client, NAME);
        if (!isRefused(replies, /not public/) || ways.reached.length > 0) wrong.push(`${answer.join()}: ${ways.reached.join()}`);
        ways.clear();
      }
    }

    expect(wrong).toEqual([]);
  });

  it('is not connected to by a name that led elsewhere before, at whichever question it changes', async () => {
    const client = await aClient();
    const wrong: string[] = [];

    for (const address of ADDRESSES) {
      for (const good of [1, 2, 3]) {
        ways.resolver = (_, asked) => [asked <= good ? PUBLIC[0] : address];
        await called(client, NAME);
        await called(client, NAME);
        if (ways.reached.length !== good || ways.reached.some(reached => reached !== PUBLIC[0]))
          wrong.push(`${address}: ${ways.reached.join()}`);
        ways.clear();
      }
    }

    expect(wrong).toEqual([]);
  });

  it('is not followed to as a redirect, for reads and writes, with any status', async () => {
    let location = '';
    let status = 302;
    const hospital = await world.aHospital((_request, response) => void response.writeHead(status, { location }).end());
    ours.add(hospital.host);
    const client = await aClient({ allowedHosts: [hospital.host] });
    const wrong: string[] = [];

    // Of a header's characters alone.
    for (const [i, url] of URLS.filter(text => /^[\x21-\x7e]+$/.test(text)).entries()) {
      location = url;
      status = [301, 302, 303, 307, 308][i % 5] ?? 302;
      const replies = await called(client, `http://${hospital.host}/api/v1`);
      if (!replies.every(reply => reply.kind === 'answered' && reply.status === status)) wrong.push(url);
    }
    ours.delete(hospital.host);

    expect([wrong, ways.reached, ways.asked]).toEqual([[], [], []]);
    expect(hospital.requests.length).toBeGreaterThan(600);
  });

  it('is let through by the operator alone, at that host and port', async () => {
    const client = await aClient({ allowedHosts: ['10.0.0.1:8443', 'his.lan:443'] });
    ways.resolver = () => ['10.0.0.2'];

    const lines = [];
    for (const url of [
      'https://10.0.0.1:8443',
      'http://10.0.0.1:8443',
      'https://his.lan',
      'https://10.0.0.1',
      'https://his.lan:8443',
      NAME,
    ]) {
      await called(client, url);
      lines.push([url, new Set(ways.reached)]);
      ways.clear();
    }

    expect(lines).toEqual([
      ['https://10.0.0.1:8443', new Set(['10.0.0.1'])],
      ['http://10.0.0.1:8443', new Set(['10.0.0.1'])],
      ['https://his.lan', new Set(['10.0.0.2'])],
      ['https://10.0.0.1', new Set()],
      ['https://his.lan:8443', new Set()],
      [NAME, new Set()],
    ]);
  });

  it.each(ALLOWED)('is not what %s is, which is saved and leads to %s', async (url, address) => {
    const client = await aClient();
    ways.resolver = () => [address];

    const replies = await called(client, url);

    expect(rules.judgeBaseUrl(url, [])).toMatchObject({ isAllowed: true });
    expect(isRefused(replies, /^no connection \(ECONNREFUSED\)$/)).toBe(true);
    expect([ways.reached.length, new Set(ways.reached)]).toEqual([4, new Set([address])]);
  });
});
