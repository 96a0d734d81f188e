import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/** Swagger UI starts with a script in its page; the hub itself may be reached by plain http behind a proxy. */
const secure = helmet({
  contentSecurityPolicy: { directives: { 'script-src': ["'self'", "'unsafe-inline'"], 'upgrade-insecure-requests': null } },
});

/** The headers that every answer carries, the same each time: helmet's, asked once, and that nothing is to be kept by others. */
export function standingHeaders(): Record<string, string> {
  const headers: Record<string, string> = { 'Cache-Control': 'no-store' };
  const recorder = {
    setHeader: (name: string, value: unknown) => {
      headers[name] = String(value);
    },
    removeHeader: () => undefined,
  };
  secure({} as IncomingMessage, recorder as unknown as ServerResponse, () => undefined);
  return headers;
}
