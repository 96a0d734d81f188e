import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GivenAnswer, SchedulerApiCheck, SentRequest } from './scheduler-api.js';

/** A request and its answer, as they went by. */
export interface Exchange {
  request: SentRequest;
  answer: GivenAnswer;
}

/** Stands before a server on loopback, hands everything on as it is, and keeps it. */
export interface RecordingProxy {
  url: string;
  host: string;
  exchanges: Exchange[];
  /** The next answer to such a request is cut off: it was done, and the caller does not learn of it. */
  loseNextAnswer(method: string, path: string): void;
  close(): Promise<void>;
}

/** `prefix`: what comes before the paths that are kept. `target` may be named later. */
export async function aRecordingProxy(target: { origin: string }, prefix: string): Promise<RecordingProxy> {
  const exchanges: Exchange[] = [];
  const lost: string[] = [];
  const server = http.createServer((incoming, outgoing) => {
    void bodyOf(incoming).then(body => {
      const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://proxy.test');
      const method = incoming.method ?? '';
      const path = pathname.replace(prefix, '');
      const request = { method, path, query: searchParams, headers: incoming.headers, body: body.toString('utf8') };
      const onward = http.request(`${target.origin}${incoming.url ?? '/'}`, { method, headers: incoming.headers }, response => {
        void bodyOf(response).then(answered => {
          const status = response.statusCode ?? 0;
          exchanges.push({ request, answer: { status, headers: response.headers, body: answered.toString('utf8') } });
          const place = lost.indexOf(`${method} ${path}`);
          if (place >= 0) {
            lost.splice(place, 1);
            outgoing.destroy();
          } else outgoing.writeHead(status, response.headers).end(answered);
        });
      });
      onward.on('error', () => outgoing.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    exchanges,
    loseNextAnswer: (method, path) => void lost.push(`${method} ${path}`),
    close: () =>
      new Promise(resolve => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** What is wrong with all that went by, between the hub and a hospital. A link's URL is the hospital's own. */
export function exchangeProblems(check: SchedulerApiCheck, { calls, events }: Record<'calls' | 'events', RecordingProxy>): string[] {
  return [
    ...calls.exchanges.flatMap(({ request, answer }) => [
      ...check.requestProblems(request, { followsLink: request.query.has('page') }),
      ...check.answerProblems(request, answer),
    ]),
    ...events.exchanges.flatMap(({ request, answer }) => [...check.webhookProblems(request), ...check.receiptProblems(request, answer)]),
  ];
}

async function bodyOf(message: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
