import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../common/clock.js';
import { retryPauseMs } from './read-retry-rules.js';
import type { UpstreamReply } from './upstream-reply.js';

/** The one retry policy for reads of hospitals (providers have their own): `read` gets what is left of `timeoutMs`, which all tries share. `onRetry` hears of each further try. */
export async function tryRead(
  clock: Clock,
  timeoutMs: number,
  read: (leftMs: number) => Promise<UpstreamReply>,
  onRetry: () => void,
): Promise<UpstreamReply> {
  const startedAtMs = clock.monotonicMs();
  const leftMs = (): number => timeoutMs - (clock.monotonicMs() - startedAtMs);
  let reply = await read(timeoutMs);
  for (let tries = 1; ; tries++) {
    const pauseMs = retryPauseMs({ reply, tries, leftMs: leftMs(), chance: Math.random() });
    if (pauseMs === null) return reply;
    await delay(pauseMs);
    onRetry();
    reply = await read(Math.max(leftMs(), 1));
  }
}
