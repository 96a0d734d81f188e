import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { startCuttableProxy } from '../support/cuttable-proxy.js';
import { aFacility } from '../support/factories.js';
import { ADMIN_KEY, startHub, type Answer, type TestHub } from '../support/hub.js';

const KiB = 1024;
const NOBODY = '01999c5e-0000-7000-8000-00000000000f';
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const UUID_DIGITS = '0199a6de8d1c7a52b5d31f0c5e6a7b8c';
const AUTH = { authorization: `Bearer ${ADMIN_KEY}` };

describe('Bad requests', () => {
  let hub: TestHub;

  beforeAll(async () => {
    hub = await startHub();
  });
  afterAll(() => hub.close());

  const send = async (method: string, path: string, headers: Record<string, string> = {}, body?: string | Buffer): Promise<Answer> => {
    const response = await fetch(hub.url + path, { method, headers: { ...AUTH, ...headers }, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  };
  /** As bytes on the wire, for what a client library would not send; the answer's text. */
  const sendRaw = (bytes: string): Promise<string> =>
    new Promise(resolve => {
      const { hostname, port } = new URL(hub.url);
      const socket = net.connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
      let text = '';
      socket.on('data', data => (text += data.toString('latin1')));
      socket.on('close', () => {
        resolve(text);
      });
      // A server that refuses while we still send resets the connection after its answer.
      socket.on('error', () => undefined);
      socket.setTimeout(5_000, () => socket.destroy());
    });
  const json = { 'content-type': 'application/json' };
  const post = (body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> =>
    send('POST', '/api/v1/facilities', { ...json, ...headers }, body);
  const facilityWith = (member: string): string => JSON.stringify(aFacility()).replace(/^\{/, `{${member},`);

  function expectProblem(answer: Answer, status: number, code: string, instance?: string): void {
    expect(answer.body).toEqual({
      type: `urn:hub:problem:${code}`,
      title: expect.stringMatching(/\w/),
      status,
      detail: expect.stringMatching(/\.$/),
      instance: instance ?? expect.stringMatching(/^\//),
      code,
      requestId: answer.headers.get('x-request-id'),
      errors: expect.any(Array),
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\bat \w+ \(|select |insert |SyntaxError|JSON at position/i);
  }

  describe('are answered by a problem document when', () => {
    it.each([
      ['no route is there', 'GET', '/api/v1/nothing', 404, 'route-not-found'],
      ['none is outside /api/v1', 'GET', '/facilities', 404, 'route-not-found'],
      ['nothing is below the documentation', 'GET', '/docs/nothing', 404, 'route-not-found'],
      ['no page is beside the documentation', 'GET', '/docs-nothing', 404, 'route-not-found'],
      ['the documentation is written to', 'POST', '/docs', 404, 'route-not-found'],
      ['the root is asked for', 'GET', '/', 404, 'route-not-found'],
      ['the method is another', 'PUT', '/api/v1/facilities', 404, 'route-not-found'],
      ['the method is unheard of', 'PROPFIND', '/api/v1/facilities', 404, 'route-not-found'],
      ['an id is none', 'GET', '/api/v1/facilities/42', 404, 'not-found'],
      ['an id is SQL', 'GET', `/api/v1/appointments/${encodeURIComponent("' or 1=1 --")}`, 404, 'not-found'],
      ['an id holds a NUL', 'GET', '/api/v1/facilities/%00', /40[04]/, /not-found|validation-failed/],
      ['an id is unknown', 'GET', `/api/v1/facilities/${NOBODY}`, 404, 'facility-not-found'],
      ['a percent escape is broken', 'GET', '/api/v1/facilities/%E0%A4%A', 400, 'malformed-url'],
      ['a query parameter comes twice', 'GET', '/api/v1/facilities?limit=1&limit=2', 400, 'validation-failed'],
      ['a query parameter is unknown', 'GET', '/api/v1/facilities?colour=blue', 400, 'validation-failed'],
      ['a query parameter is nested', 'GET', '/api/v1/facilities?limit[$gt]=1', 400, 'validation-failed'],
      ['a query parameter is the prototype', 'GET', '/api/v1/facilities?__proto__=1', 400, 'validation-failed'],
      ['a query holds a NUL', 'GET', '/api/v1/facilities?cursor=a%00b', 400, 'validation-failed'],
      ['a cursor is none of ours', 'GET', '/api/v1/facilities?cursor=abc', 400, 'validation-failed'],
      ['a parameter of the query lacks', 'GET', `/api/v1/facilities/${NOBODY}/availability`, 400, 'validation-failed'],
    ])('%s', async (_, method, path, status, code) => {
      const answer = await send(method, path);

      expect(String(answer.status)).toMatch(status instanceof RegExp ? status : String(status));
      expect(answer.body.code).toMatch(code);
      expectProblem(answer, answer.status, answer.body.code as string);
    });

    it.each([
      ['is not JSON', 'name=Test', 400, 'malformed-json'],
      ['is cut off', '{"name": "Te', 400, 'malformed-json'],
      ['is empty', '', 400, 'validation-failed'],
      ['is a number', '1', 400, 'malformed-json'],
      ['is null', 'null', 400, 'malformed-json'],
      ['is an empty list', '[]', 400, 'validation-failed'],
      ['is a list', `[${JSON.stringify(aFacility())}]`, 400, 'validation-failed'],
      ['has another root than an object', '"text"', 400, 'malformed-json'],
      ['is not UTF-8', Buffer.from([0x7b, 0x22, 0x6e, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 400, 'validation-failed'],
      ['is larger than 256 KiB', JSON.stringify(aFacility({ name: 'x'.repeat(300 * KiB) })), 413, 'body-too-large'],
      [
        'is nested 10,000 levels deep',
        facilityWith(`"policies":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`),
        400,
        'validation-failed',
      ],
      [
        'is a list nested 10,000 levels deep',
        facilityWith(`"policies":${'['.repeat(10_000)}${']'.repeat(10_000)}`),
        400,
        'validation-failed',
      ],
      ['holds a NUL', facilityWith('"locale":"e\\u0000n"'), 400, 'validation-failed'],
      ['holds half a surrogate pair', facilityWith('"locale":"\\ud83d"'), 400, 'validation-failed'],
      ['holds a name with half a surrogate pair', facilityWith('"\\ud83d":1'), 400, 'validation-failed'],
      ['sets the prototype', facilityWith('"__proto__":{"isAdmin":true}'), 400, 'validation-failed'],
      ['sets the constructor', facilityWith('"constructor":{"prototype":{"isAdmin":true}}'), 400, 'validation-failed'],
      ['sets a method', facilityWith('"toString":1'), 400, 'validation-failed'],
      ['holds a number past all bounds', facilityWith('"calendarSync":{"intervalMinutes":1e400}'), 400, 'validation-failed'],
    ])('a body %s', async (_, body, status, code) => {
      expectProblem(await post(body), status, code, '/api/v1/facilities');
      expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    });

    it.each([
      ['form-encoded', { 'content-type': 'application/x-www-form-urlencoded' }, 'name=Test', 415, 'unsupported-media-type'],
      ['multipart', { 'content-type': 'multipart/form-data; boundary=x' }, '--x--', 415, 'unsupported-media-type'],
      ['plain text', { 'content-type': 'text/plain' }, '{}', 415, 'unsupported-media-type'],
      ['of no type', { 'content-type': '' }, '{}', 415, 'unsupported-media-type'],
      ['in another character set', { 'content-type': 'application/json; charset=latin1' }, '{}', 415, 'unsupported-media-type'],
      ['compressed in an unknown way', { 'content-encoding': 'x-unknown' }, '{}', 415, 'unsupported-media-type'],
      ['compressed, but broken', { 'content-encoding': 'gzip' }, 'no gzip', 400, 'malformed-request'],
    ])('a body is %s', async (_, headers, body, status, code) => {
      expectProblem(await post(body, headers), status, code);
    });

    it('a small compressed body becomes a large one', async () => {
      expectProblem(await post(gzipSync(Buffer.alloc(50 * 1024 * KiB, 'x')), { 'content-encoding': 'gzip' }), 413, 'body-too-large');
    });

    it('a GET carries a body that is none of JSON', async () => {
      const text = await sendRaw(
        `GET /api/v1/facilities HTTP/1.1\r\nHost: x\r\nAuthorization: ${AUTH.authorization}\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi`,
      );

      expect(text).toMatch(/^HTTP\/1\.1 415 /);
      expect(text).toContain('"unsupported-media-type"');
    });
  });

  it.each([
    ['a header of 64 KiB', `GET /health/live HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(64 * KiB)}\r\n\r\n`, 431, 'headers-too-large'],
    ['a URL of 64 KiB', `GET /${'x'.repeat(64 * KiB)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 'headers-too-large'],
    ['what is not HTTP', 'hello\r\n\r\n', 400, 'malformed-request'],
    ['a header with a NUL', 'GET /health/live HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n', 400, 'malformed-request'],
    [
      'two lengths',
      'POST /api/v1/facilities HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}',
      400,
      'malformed-request',
    ],
    [
      'chunks with large extensions',
      `POST /api/v1/facilities HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2;${'x'.repeat(32 * KiB)}\r\n{}\r\n0\r\n\r\n`,
      413,
      'body-too-large',
    ],
    ['no host', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'bad-request'],
    [
      'an expectation',
      'GET /health/live HTTP/1.1\r\nHost: x\r\nExpect: the-unexpected\r\nConnection: close\r\n\r\n',
      417,
      'expectation-failed',
    ],
  ])('%s is answered by a problem document, too, and harms nobody else', async (_, bytes, status, code) => {
    const [head = '', body = ''] = (await sendRaw(bytes)).split('\r\n\r\n');
    const [statusLine, ...lines] = head.split('\r\n');
    const headers = new Headers(lines.map(line => line.split(': ', 2) as [string, string]));

    expectProblem({ status: Number(statusLine?.split(' ')[1]), headers, body: JSON.parse(body) }, status, code);
    expect([headers.get('x-content-type-options'), headers.get('connection')]).toEqual(['nosniff', 'close']);
    expect((await fetch(`${hub.url}/health/live`)).status).toBe(200);
  });

  it('a request is taken that waits for 100 Continue', async () => {
    const text = await sendRaw(
      `POST /api/v1/facilities HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{}`,
    );

    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 401 /);
  });

  it('an Idempotency-Key of more than 255 characters, or with others than printable ASCII, is refused', async () => {
    for (const key of ['x'.repeat(256), 'é', ' ']) {
      const booking = { contact: { name: 'Testa' }, calendarId: NOBODY, appointmentTypeId: NOBODY, start: '2099-01-01T00:00:00Z' };
      const facility = await hub.call('POST', '/facilities', aFacility());

      const answer = await hub.call('POST', `/facilities/${facility.body.id}/appointments`, booking, { 'idempotency-key': key });

      expect([answer.status, answer.body.code]).toEqual([400, 'idempotency-key-missing']);
    }
  });

  describe('X-Request-Id', () => {
    it.each([
      ['the caller’s when it is a UUID, without its dashes', { 'x-request-id': '0199A6DE-8D1C-7A52-B5D3-1F0C5E6A7B8C' }, UUID_DIGITS],
      ['the caller’s when it is a trace id', { 'x-request-id': TRACE_ID }, TRACE_ID],
      ['the caller’s trace', { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` }, TRACE_ID],
      ['the caller’s trace before its own id', { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-00`, 'x-request-id': NOBODY }, TRACE_ID],
    ])('is %s, also in the problem', async (_, headers, expected) => {
      const answer = await send('GET', '/api/v1/nothing', headers);

      expect([answer.headers.get('x-request-id'), answer.body.requestId]).toEqual([expected, expected]);
    });

    it.each([
      ['a name', 'Testa Inventada'],
      ['a phone number', '+639170000001'],
      ['a thousand letters', 'a'.repeat(1_000)],
      ['two ids', `${NOBODY}, ${NOBODY}`],
    ])('is a new one when it is %s: it could be anything', async (_, given) => {
      const answer = await send('GET', '/api/v1/nothing', { 'x-request-id': given });

      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
      expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
      expect(JSON.stringify(answer.body)).not.toContain(given);
    });

    it('is there on successes, pages and refusals alike', async () => {
      for (const path of ['/health/live', '/docs', '/docs-json', '/api/v1/facilities', '/api/v1/facilities/%E0%A4%A']) {
        expect((await fetch(hub.url + path, { headers: AUTH })).headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
      }
    });
  });

  it('are answered with the headers that keep browsers safe, as all requests are, and without the server’s name', async () => {
    for (const path of ['/health/live', '/docs', '/api/v1/facilities', '/api/v1/nothing', '/api/v1/facilities/%E0%A4%A']) {
      const { headers } = await fetch(hub.url + path, { headers: AUTH });

      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
      expect(headers.get('strict-transport-security')).toContain('max-age=');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
    }
  });

  it('does not keep /health/live and /health/ready from answering, without a key', async () => {
    const [live, ready] = [await fetch(`${hub.url}/health/live`), await fetch(`${hub.url}/health/ready`)];

    expect([live.status, await live.json()]).toEqual([200, { status: 'live' }]);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  });
});

describe('A copy of the hub that has lost its database', () => {
  it('is live, not ready, and answers 503; with it again it is ready', async () => {
    const hub = await startHub();
    const databaseUrl = new URL(hub.databaseUrl);
    const proxy = await startCuttableProxy(databaseUrl.hostname, Number(databaseUrl.port));
    databaseUrl.port = String(proxy.port);
    const copy = await startHub({ besides: hub, config: { databaseUrl: databaseUrl.href } });
    const get = async (path: string): Promise<[number, string | undefined, string | null]> => {
      const response = await fetch(copy.url + path, { headers: AUTH });
      return [response.status, ((await response.json()) as { code?: string }).code, response.headers.get('retry-after')];
    };
    const before = [await get('/health/ready'), await get('/api/v1/facilities')];

    proxy.cut();
    const during = { live: await get('/health/live'), ready: await get('/health/ready'), list: await get('/api/v1/facilities') };
    proxy.mend();
    const after = { ready: await get('/health/ready'), list: await get('/api/v1/facilities') };
    await copy.close();
    await hub.close();
    await proxy.close();

    expect(before.map(([status]) => status)).toEqual([200, 200]);
    expect(during).toEqual({ live: [200, undefined, null], ready: [503, 'not-ready', '5'], list: [503, 'database-unavailable', '5'] });
    expect(after).toEqual({ ready: [200, undefined, null], list: [200, undefined, null] });
  });
});
