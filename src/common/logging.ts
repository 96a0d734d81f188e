import type { IncomingMessage, ServerResponse } from 'node:http';
import { isId } from './ids.js';
import { pooledRandomBytes } from './random-pool.js';
import { givenRequestId } from './trace-context-rules.js';

/** A request as Express and our guards leave it, as far as the log may see it. */
export type LoggedRequest = IncomingMessage & {
  id?: unknown;
  route?: { path?: unknown };
  params?: Record<string, unknown>;
  caller?: { keyId: string };
  /** Of a hospital's webhook: its URL names the facility by a token alone. */
  webhook?: { facility?: { id: string } };
};

/** The id that the caller gave, as far as it is one, else a new one. 32 hex digits: it is the id of the request's trace. */
export function requestId(request: IncomingMessage): string {
  return givenRequestId(request.headers) ?? newRequestId();
}

export function newRequestId(): string {
  return pooledRandomBytes(16).toString('hex');
}

/** Health checks and metrics are asked for each second, and tell nothing. */
export function isWorthTelling({ url = '' }: IncomingMessage): boolean {
  return !/^\/(health\/|metrics$)/.test(url);
}

/** The pattern that the request's URL has, as Express found it, never the path itself; one word for all that have none, or only Nest's own for the rest (`*path`). */
export function routeOf({ route }: Pick<LoggedRequest, 'route'>): string {
  return typeof route?.path === 'string' && route.path.startsWith('/') ? route.path : 'unmatched';
}

/** What a request's log line says: the route's pattern and the ids in it, never the URL itself, a token, a body or a header. */
export function requestLine(request: LoggedRequest, response: ServerResponse, durationMs: number): Record<string, unknown> {
  const parameters = Object.entries(request.params ?? {});
  const ids = Object.fromEntries(parameters.filter(([name, value]) => name !== 'token' && typeof value === 'string' && isId(value)));
  const facilityId = request.webhook?.facility?.id;
  const known = { ...(facilityId !== undefined && { facilityId }), ...ids };
  return {
    method: request.method,
    route: routeOf(request),
    ...known,
    status: response.statusCode,
    durationMs,
    keyId: request.caller?.keyId,
  };
}
