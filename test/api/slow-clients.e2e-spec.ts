import type { Server } from 'node:http';
import net from 'node:net';
import { aFacility } from '../support/factories.js';
import { eventually } from '../support/eventually.js';
import { startHub, type TestHub } from '../support/hub.js';

const HEADERS_MS = 400;
const REQUEST_MS = 800;
/** A byte every so often. */
const DRIP_MS = 40;
/** On a machine that has much else to do. */
const PATIENCE_MS = 8_000;

describe('A client that is slow', () => {
  let hub: TestHub;
  let webhook: string;

  beforeAll(async () => {
    hub = await startHub({ config: { requestHeadersTimeoutMs: HEADERS_MS, requestTimeoutMs: REQUEST_MS } });
    const { body } = await hub.call('POST', '/facilities', aFacility());
    webhook = new URL(body.webhook.url as string).pathname;
  });
  afterAll(() => hub.close());

  /** Sends `atOnce`, then a byte now and then for as long as it may; what it got, and how long it was let. */
  async function drip(atOnce: string, byte: string): Promise<{ text: string; tookMs: number }> {
    const { hostname, port } = new URL(hub.url);
    const socket = net.connect(Number(port), hostname);
    const start = performance.now();
    let text = '';
    let isClosed = false;
    socket.on('data', data => (text += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => (isClosed = true));
    if (atOnce !== '') socket.write(atOnce);
    const dripping = byte === '' ? undefined : setInterval(() => socket.write(byte), DRIP_MS);
    try {
      await eventually('the connection is cut', () => isClosed, PATIENCE_MS);
    } finally {
      clearInterval(dripping);
      socket.destroy();
    }
    return { text, tookMs: performance.now() - start };
  }
  const post = (path: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`;

  it.each<[string, () => string, string, number]>([
    ['sends nothing', () => '', '', HEADERS_MS],
    ['sends its headers byte by byte', () => 'GET /health/live HTTP/1.1\r\nX-Slow: ', 'a', HEADERS_MS],
    ['sends header after header', () => 'GET /health/live HTTP/1.1\r\n', 'a: b\r\n', HEADERS_MS],
    ['sends its body byte by byte', () => post('/api/v1/facilities'), ' ', REQUEST_MS],
    ['sends a webhook byte by byte', () => post(webhook), ' ', REQUEST_MS],
    ['sends one request well, and the next one slowly', () => 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\nGET', ' ', HEADERS_MS],
  ])('who %s is answered 408 and cut off', async (_, atOnce, byte, afterMs) => {
    const { text, tookMs } = await drip(atOnce(), byte);

    const [, head = '', body = ''] = /(HTTP\/1\.1 408 [^]*?)\r\n\r\n([^]*)$/.exec(text) ?? [];
    expect(JSON.parse(body)).toMatchObject({ status: 408, code: 'request-timeout', detail: expect.stringMatching(/\.$/) });
    expect(head).toContain('Content-Type: application/problem+json');
    expect(head).toContain('Connection: close');
    expect(tookMs).toBeGreaterThan(afterMs * 0.9);
    expect((await fetch(`${hub.url}/health/live`)).status).toBe(200);
  });

  it('who does not read its answers is cut off', async () => {
    const { hostname, port } = new URL(hub.url);
    const server = hub.app.getHttpServer() as Server;
    const count = (): Promise<number> =>
      new Promise(resolve => {
        server.getConnections((_, connections) => {
          resolve(connections);
        });
      });
    const before = await count();
    const socket = net.connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.pause();
    // More than the kernel keeps for it.
    socket.write('GET /docs-json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(200));
    await eventually('it is connected', async () => (await count()) > before);

    const after = await eventually('it is cut off', async () => (await count()) <= before && { connections: await count() }, PATIENCE_MS);

    expect(after.connections).toBeLessThanOrEqual(before);
    socket.destroy();
  });
});
