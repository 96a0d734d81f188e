import type { UpstreamReply } from './upstream-reply.js';

/** A read is asked at most this often in all. */
const MOST_TRIES = 3;
/** Before the second and the third try, times a half to one and a half: callers that failed together do not come back together. */
const PAUSES_MS = [100, 300];
/** With less than this left, another try would only end in a timeout. */
const SHORTEST_TRY_MS = 200;
/** What a balancer says while a server behind it is being replaced. */
const PASSING_STATUSES = new Set([502, 503, 504]);

/** A read and what came of its last try. */
export interface TriedRead {
  reply: UpstreamReply;
  /** Tries made so far, at least 1. */
  tries: number;
  /** Of the deadline for all tries together. */
  leftMs: number;
  /** From 0 to 1. */
  chance: number;
}

/**
 * How long to wait before the same read is tried once more; null: not at all. Only what may pass in a moment is: a connection that
 * broke, a server that is being replaced. A hospital that names a time, takes too long, or is left alone is not asked again.
 */
export function retryPauseMs({ reply, tries, leftMs, chance }: TriedRead): number | null {
  const pauseMs = PAUSES_MS[tries - 1];
  if (pauseMs === undefined || tries >= MOST_TRIES || !mayPass(reply)) return null;
  const waitMs = Math.round(pauseMs * (0.5 + chance));
  return leftMs - waitMs < SHORTEST_TRY_MS ? null : waitMs;
}

function mayPass(reply: UpstreamReply): boolean {
  if (reply.kind === 'failed') return reply.code === 'upstream-connection-lost';
  return PASSING_STATUSES.has(reply.status) && (reply.retryAfterSeconds ?? 0) === 0;
}
