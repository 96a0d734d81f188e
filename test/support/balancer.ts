import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from './eventually.js';

const CHECK_EVERY_MS = 200;
const CHECK_WITHIN_MS = 1_000;
/** Headers that concern one connection only (RFC 9110, 7.6.1). */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'proxy-connection'];

/** Stands before copies of the hub, as a common balancer of requests does. */
export interface Balancer {
  url: string;
  /** How many requests each copy has answered, by its URL. */
  answered: Map<string, number>;
  /** Why a request was answered by the balancer itself, with 502 or 503. */
  failures: string[];
  /** How many requests went to another copy, because the first refused the connection. */
  retried: number;
  /** Resolves when requests are sent there, too. */
  add(url: string): Promise<void>;
  /** Takes it out of the list: it is gone. */
  remove(url: string): void;
  close(): Promise<void>;
}

interface Target {
  url: string;
  isHealthy: boolean;
  agent: http.Agent;
}

/**
 * In turn to each copy that says it is ready, over connections that are kept open. A request goes to another copy only where no connection
 * came about: whatever was sent may have been done.
 */
export async function startBalancer(): Promise<Balancer> {
  const targets = new Map<string, Target>();
  let turn = 0;
  const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
    request.on('end', () => {
      const healthy = [...targets.values()].filter(target => target.isHealthy);
      turn += 1;
      const inTurn = healthy.map((_, i) => healthy[(turn + i) % healthy.length]).filter(target => target !== undefined);
      forward(balancer, inTurn, request, Buffer.concat(chunks), response);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const checks = setInterval(() => {
    for (const target of targets.values()) void check(target);
  }, CHECK_EVERY_MS);
  const balancer: Balancer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered: new Map(),
    failures: [],
    retried: 0,
    add: async url => {
      const target = { url, isHealthy: false, agent: new http.Agent({ keepAlive: true }) };
      targets.set(url, target);
      await eventually('the copy is among those that are served', () => check(target));
    },
    remove: url => {
      targets.get(url)?.agent.destroy();
      targets.delete(url);
    },
    close: () => {
      clearInterval(checks);
      for (const { agent } of targets.values()) agent.destroy();
      return new Promise(resolve => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
    },
  };
  return balancer;
}

/** One that says no, or is not there, gets no more requests; one that is only slow to say anything stays as it was. */
async function check(target: Target): Promise<boolean> {
  const asked = fetch(`${target.url}/health/ready`, { signal: AbortSignal.timeout(CHECK_WITHIN_MS) });
  target.isHealthy = await asked.then(
    async answer => {
      await answer.body?.cancel();
      return answer.ok;
    },
    (error: unknown) => isSlow(error) && target.isHealthy,
  );
  return target.isHealthy;
}

function isSlow(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

function forward(
  balancer: Balancer,
  [target, ...others]: readonly Target[],
  request: http.IncomingMessage,
  body: Buffer,
  response: http.ServerResponse,
): void {
  if (!target) {
    answerItself(balancer, response, 503, 'no copy is there');
    return;
  }
  const headers = { ...withoutHops(request.headers), 'content-length': String(body.length) };
  const sent = http.request(
    `${target.url}${request.url ?? '/'}`,
    { method: request.method ?? 'GET', headers, agent: target.agent },
    answer => {
      response.writeHead(answer.statusCode ?? 502, withoutHops(answer.headers));
      answer.pipe(response);
      answer.on('error', () => response.destroy());
      answer.on('end', () => balancer.answered.set(target.url, (balancer.answered.get(target.url) ?? 0) + 1));
    },
  );
  sent.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED') {
      balancer.retried += 1;
      forward(balancer, others, request, body, response);
    } else if (response.headersSent) response.destroy();
    else answerItself(balancer, response, 502, error.code ?? error.message);
  });
  sent.end(body);
}

function withoutHops(headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}

function answerItself(balancer: Balancer, response: http.ServerResponse, status: number, why: string): void {
  balancer.failures.push(`${status} ${why}`);
  response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
}
