import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request as the provider got it. */
export interface ProviderRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** What the provider makes of a request: `taken` is what it now sends to a person; null: it refuses. `text`: of the body, as JSON. */
export interface ProviderVerdict<Sent> {
  taken: Sent | null;
  status: number;
  text: string;
}

/** How a provider misbehaves once. Those that end in `Taken` have sent the message to the person all the same. */
export type Misbehavior =
  | { kind: 'answers'; status: number; body: unknown; headers?: Record<string, string> }
  | { kind: 'html' | 'htmlTaken'; status: number }
  | { kind: 'hangs' | 'resets' }
  | { kind: 'resetsTaken' | 'cutsTaken' | 'hangsTaken' }
  /** Answers as it should, when `release` is called. */
  | { kind: 'lateTaken' };

/** A provider at the network's edge: real HTTP on loopback. */
export interface FakeProvider<Sent> {
  /** Its origin. */
  baseUrl: string;
  /** `host:port`, for `upstreamAllowedHosts`. */
  host: string;
  requests: ProviderRequest[];
  /** What has gone to people, in order. */
  sent: Sent[];
  /** The next request that is not scripted by its address. */
  next(...misbehaviors: Misbehavior[]): void;
  /** Every request to this address; null: as it should again. */
  whenTo(address: string, misbehavior: Misbehavior | null): void;
  /** Lets all late answers go. */
  release(): void;
  close: () => Promise<void>;
}

/** The provider's own rules, and where in its requests the address stands. */
export interface ProviderRules<Sent> {
  judge(request: ProviderRequest): ProviderVerdict<Sent>;
  addressOf(request: ProviderRequest): string | null;
}

export async function startFakeProvider<Sent>(rules: ProviderRules<Sent>): Promise<FakeProvider<Sent>> {
  const requests: ProviderRequest[] = [];
  const sent: Sent[] = [];
  const queue: Misbehavior[] = [];
  const byAddress = new Map<string, Misbehavior>();
  const late: (() => void)[] = [];
  const sockets = new Set<Socket>();

  const handle = (request: ProviderRequest, response: ServerResponse): void => {
    requests.push(request);
    const address = rules.addressOf(request);
    const misbehavior = (address === null ? undefined : byAddress.get(address)) ?? queue.shift();
    const take = (): ProviderVerdict<Sent> => {
      const verdict = rules.judge(request);
      if (verdict.taken !== null) sent.push(verdict.taken);
      return verdict;
    };
    if (misbehavior) misbehave(misbehavior, take, response, late);
    else answer(response, take());
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined).on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      handle({ method, path, headers, body: Buffer.concat(chunks).toString('utf8') }, response);
    });
  });
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    baseUrl: `http://${host}`,
    host,
    requests,
    sent,
    next: (...misbehaviors) => queue.push(...misbehaviors),
    whenTo: (address, misbehavior) => (misbehavior ? byAddress.set(address, misbehavior) : byAddress.delete(address)),
    release: () => {
      for (const go of late.splice(0)) go();
    },
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function misbehave<Sent>(
  misbehavior: Misbehavior,
  take: () => ProviderVerdict<Sent>,
  response: ServerResponse,
  late: (() => void)[],
): void {
  const verdict = misbehavior.kind.endsWith('Taken') ? take() : null;
  switch (misbehavior.kind) {
    case 'answers': {
      const { status, body, headers } = misbehavior;
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(typeof body === 'string' ? body : JSON.stringify(body));
      return;
    }
    case 'html':
    case 'htmlTaken':
      response.writeHead(misbehavior.status, { 'content-type': 'text/html' }).end('<html><body>Something went wrong</body></html>');
      return;
    case 'resets':
    case 'resetsTaken':
      response.socket?.resetAndDestroy();
      return;
    case 'cutsTaken': {
      const text = verdict?.text ?? '';
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
      response.write(text.slice(0, Math.floor(text.length / 2)), () => response.socket?.destroy());
      return;
    }
    case 'lateTaken':
      late.push(() => {
        if (verdict) answer(response, verdict);
      });
      return;
    case 'hangs':
    case 'hangsTaken':
      return;
  }
}

function answer<Sent>(response: ServerResponse, { status, text }: ProviderVerdict<Sent>): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' }).end(text);
}

/** HMAC-SHA256 in lowercase hex, by the platform's WebCrypto: not the code that checks it. */
export async function hexHmacSha256(secret: string, body: string): Promise<string> {
  const encoder = new TextEncoder();
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const digest = await crypto.subtle.sign('HMAC', key, encoder.encode(body));
  return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('');
}

/** Posts a callback as the provider does; gives the status that the hub answers. */
export async function postCallback(url: string, text: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text });
  await response.arrayBuffer();
  return response.status;
}

/** An object of a request's JSON; an empty one for whatever is none. */
export function jsonObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function parsedBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
