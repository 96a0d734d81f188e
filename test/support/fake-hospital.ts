import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the hospital got it. */
export interface HospitalRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: http.IncomingHttpHeaders;
  body: string;
}

export type HospitalHandler = (request: HospitalRequest, response: http.ServerResponse) => void;

/** A hospital at the network's edge: real HTTP on loopback, each endpoint answered as the test says. */
export interface FakeHospital {
  /** Everything before `/calendars`. */
  baseUrl: string;
  /** `host:port`, for `upstreamAllowedHosts`. */
  host: string;
  requests: HospitalRequest[];
  /** `endpoint` is `METHOD /path` below the base URL, ids as `:id`: `PUT /appointments/:id/cancel`. */
  on(endpoint: string, handler: HospitalHandler | object): void;
  calls(endpoint: string): HospitalRequest[];
  close(): Promise<void>;
}

export async function startFakeHospital(): Promise<FakeHospital> {
  const handlers = new Map<string, HospitalHandler>();
  const requests: HospitalRequest[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://hospital.test');
      const path = url.pathname.replace(/^\/api\/v1/, '');
      const got = {
        method: request.method ?? '',
        path,
        query: url.searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      requests.push(got);
      const handler = handlers.get(endpointOf(got));
      if (handler) handler(got, response);
      else answerJson(response, 404, { code: 'not_found', message: 'No such endpoint' });
    });
    request.on('error', () => undefined);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/api/v1`,
    host: `127.0.0.1:${port}`,
    requests,
    on: (endpoint, handler) => {
      handlers.set(
        endpoint,
        typeof handler === 'function'
          ? (handler as HospitalHandler)
          : (_request, response) => {
              answerJson(response, 200, handler);
            },
      );
    },
    calls: endpoint => requests.filter(r => endpointOf(r) === endpoint),
    close: () =>
      new Promise(resolve => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

export function answerJson(response: http.ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function endpointOf(request: HospitalRequest): string {
  return `${request.method} ${request.path.replace(/^(\/appointments)\/[^/]+/, '$1/:id')}`;
}
