import { setTimeout as delay } from 'node:timers/promises';

/** Deadlock, lock timeout: what was undone by it may be done again. */
const IN_THE_WAY = ['40P01', '55P03'];
const MOST_TRIES = 30;
const PAUSE_MS = 500;

/** Does the work again while running copies hold what it needs; the error of the last try is thrown. The work must be undone where it fails. */
export async function pastLocks<T>(work: () => Promise<T>, pauseMs = PAUSE_MS): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!isInTheWay(error) || tries >= MOST_TRIES) throw error;
      await delay(pauseMs);
    }
  }
}

function isInTheWay(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && IN_THE_WAY.includes(String(cause.code))) return true;
  return false;
}
