import type { IncomingMessage, ServerResponse } from 'node:http';
import { isId, newId } from './ids.js';

/** A request as Express and our guards leave it, as far as the log may see it. */
type LoggedRequest = IncomingMessage & {
  id?: unknown;
  route?: { path?: unknown };
  params?: Record<string, unknown>;
  caller?: { keyId: string };
};

/** Accepts the caller's request id when it is a UUID (anything else could be PHI), else makes one; answers it in the header. */
export function requestId(request: IncomingMessage, response: ServerResponse, now: Date): string {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && isId(given) ? given.toLowerCase() : newId(now);
  response.setHeader('X-Request-Id', id);
  return id;
}

/** What a request's log line says: the route's pattern and the ids in it, never the URL itself, a body or a header. */
export function requestLine(request: LoggedRequest, response: ServerResponse, durationMs: number): Record<string, unknown> {
  const route = typeof request.route?.path === 'string' ? request.route.path : 'unmatched';
  const ids = Object.fromEntries(Object.entries(request.params ?? {}).filter(([, value]) => typeof value === 'string' && isId(value)));
  return { method: request.method, route, ...ids, status: response.statusCode, durationMs, keyId: request.caller?.keyId };
}
