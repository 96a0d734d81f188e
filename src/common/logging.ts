import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isId } from './ids.js';

/** A request as Express and our guards leave it, as far as the log may see it. */
type LoggedRequest = IncomingMessage & {
  id?: unknown;
  route?: { path?: unknown };
  params?: Record<string, unknown>;
  caller?: { keyId: string };
};

/** The caller's request id when it is a UUID (anything else could be PHI), else a new one. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && isId(given) ? given.toLowerCase() : randomUUID();
}

/** The pattern that the request's URL has, as Express found it; one word for all that have none, or only Nest's own for the rest (`*path`). */
export function routeOf({ route }: Pick<LoggedRequest, 'route'>): string {
  return typeof route?.path === 'string' && route.path.startsWith('/') ? route.path : 'unmatched';
}

/** What a request's log line says: the route's pattern and the ids in it, never the URL itself, a token, a body or a header. */
export function requestLine(request: LoggedRequest, response: ServerResponse, durationMs: number): Record<string, unknown> {
  const parameters = Object.entries(request.params ?? {});
  const ids = Object.fromEntries(parameters.filter(([name, value]) => name !== 'token' && typeof value === 'string' && isId(value)));
  return { method: request.method, route: routeOf(request), ...ids, status: response.statusCode, durationMs, keyId: request.caller?.keyId };
}
