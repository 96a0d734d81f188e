import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** How long requests in hand may take when the process is told to end. */
const DRAIN_MS = 5_000;
/** After this the process ends, whatever is left. */
export const FORCED_EXIT_MS = 10_000;

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
