import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** How long requests in hand may take when the process is told to end: a little more than any of them takes. */
const DRAIN_MS = 4_500;
/** After this the process ends, whatever is left. */
export const FORCED_EXIT_MS = 10_000;

/**
 * Serves for `graceMs` more, while whoever spreads the requests finds out that this process ends: each answer from now on is its
 * connection's last, so that no request is on its way on one that is closed afterwards.
 */
export async function takeLeave(server: Server, graceMs: number): Promise<void> {
  if (!server.listening) return;
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('Connection', 'close');
  });
  await delay(graceMs);
}

/** Stops accepting, lets the requests in hand end, then cuts what is left. */
export async function drain(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<true>(resolve => {
    server.close(() => {
      resolve(true);
    });
  });
  const end = performance.now() + DRAIN_MS;
  for (let isClosed = false; !isClosed && performance.now() < end;) {
    server.closeIdleConnections();
    isClosed = await Promise.race([closed, delay(25, false)]);
  }
  server.closeAllConnections();
  await closed;
}
