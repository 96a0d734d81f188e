import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import axios from 'axios';
import { RequestFilteringHttpAgent } from 'request-filtering-agent';
import { guardConnects, type ConnectGuard } from './connect-guard.js';

/** Of this machine, so that nothing leaves it though the guard be wrong; no name of loopback that the guard knows. */
const OTHER = '127.0.0.2';

describe('The guard that lets a test connect to this machine alone', () => {
  let guard: ConnectGuard;
  let server: net.Server;
  let connections = 0;

  beforeAll(async () => {
    server = http.createServer((_request, response) => response.end());
    server.on('connection', () => connections++);
    await once(server.listen(0, '0.0.0.0'), 'listening');
  });
  beforeEach(() => {
    connections = 0;
    guard = guardConnects();
  });
  afterEach(() => {
    guard.undo();
  });
  afterAll(() => server.close());

  const port = (): number => (server.address() as AddressInfo).port;
  const failed = (request: http.ClientRequest): Promise<unknown[]> => once(request, 'error');

  it.each<[string, () => unknown]>([
    ['net, by options', () => net.connect({ host: OTHER, port: port() })],
    ['net, by port and host', () => net.connect(port(), OTHER)],
    ['http', () => failed(http.get({ host: OTHER, port: port() }))],
    ['http by a URL', () => failed(http.get(`http://${OTHER}:${port()}/a/path`))],
    [
      'http by an agent of its own',
      () => failed(http.get(`http://${OTHER}:${port()}/a/path`, { agent: new http.Agent({ keepAlive: true }) })),
    ],
    ['https', () => failed(https.get(`https://${OTHER}:${port()}/a/path`))],
    [
      'axios by the filtering agent',
      () =>
        axios.get(`http://${OTHER}:${port()}/a/path`, {
          httpAgent: new RequestFilteringHttpAgent({ allowPrivateIPAddress: true, allowMetaIPAddress: true }),
        }),
    ],
  ])('refuses %s, and nothing arrives', async (_, connect) => {
    await Promise.resolve()
      .then(connect)
      .catch(() => undefined);

    expect(guard.refused).toEqual([OTHER]);
    expect(connections).toBe(0);
  });

  it('lets loopback be, by its address', async () => {
    const response = await axios.get(`http://127.0.0.1:${port()}/a/path`);

    expect(response.status).toBe(200);
    expect(guard.refused).toEqual([]);
  });
});
