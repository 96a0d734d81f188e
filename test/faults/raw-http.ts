import type { Socket } from 'node:net';

/** One request, read whole. */
export interface RawRequest {
  method: string;
  /** Below the base URL, ids as `:id`, without the query: `PUT /appointments/:id/cancel`. */
  endpoint: string;
  path: string;
  query: URLSearchParams;
  headers: ReadonlyMap<string, string>;
  body: string;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const MAX_HEAD_BYTES = 64 * 1024;

/**
 * Reads HTTP/1.1 requests (RFC 9112) off a socket, one after the other, whether they come in one piece or byte by byte. Only what
 * the hub sends: a body of a `Content-Length`, or none.
 */
export function readRequests(socket: Socket, onRequest: (request: RawRequest) => void): void {
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (let read = takeRequest(pending); read !== null; read = takeRequest(pending)) {
      pending = pending.subarray(read.bytes);
      onRequest(read.request);
    }
  });
}

/** The first request of `bytes`, and how many it takes; null while it is not whole. */
function takeRequest(bytes: Buffer): { request: RawRequest; bytes: number } | null {
  const end = bytes.indexOf(END_OF_HEAD);
  if (end < 0) {
    if (bytes.length > MAX_HEAD_BYTES) throw new Error('A request head of more than 64 KiB');
    return null;
  }
  const [requestLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = new Map(
    lines.map(line => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  if (headers.has('transfer-encoding')) throw new Error('The hub sends bodies of a known length only');
  const from = end + END_OF_HEAD.length;
  const length = Number(headers.get('content-length') ?? 0);
  if (bytes.length < from + length) return null;
  const [method = '', target = ''] = requestLine.split(' ');
  const url = new URL(target, 'http://hospital.test');
  const path = url.pathname.replace(/^\/api\/v1/, '');
  const endpoint = `${method} ${path.replace(/^(\/appointments)\/[^/]+/, '$1/:id')}`;
  const body = bytes.subarray(from, from + length).toString('utf8');
  return { request: { method, endpoint, path, query: url.searchParams, headers, body }, bytes: from + length };
}

const REASONS: Record<number, string> = {
  200: 'OK',
  302: 'Found',
  404: 'Not Found',
  409: 'Conflict',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
};

/** An answer's head, its end included. */
export function headOf(status: number, headers: Record<string, string | number>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${REASONS[status] ?? 'Odd'}`, ...lines, '', ''].join('\r\n');
}

/** A whole answer, as it should be; the connection stays open for the next. */
export function jsonAnswer(status: number, value: unknown, headers: Record<string, string> = {}): string {
  const text = JSON.stringify(value);
  return headOf(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers }) + text;
}

/** The appointment's id in `/appointments/:id/cancel`. */
export function idIn(path: string): string {
  return decodeURIComponent(path.split('/')[2] ?? '');
}
