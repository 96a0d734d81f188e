import { setTimeout as delay } from 'node:timers/promises';
import type { Hub } from './hub.js';
import type { Random } from './random.js';
import type { Sender } from './sender.js';

const LATEST_MS = 2_000;
const LOOK_EVERY_MS = 5;
/** So much must have got through before a kill right at an acknowledgement. */
const AT_LEAST = 10;

/**
 * Kills the hub 0–2 s after each time it is ready, every other time at the very moment of an acknowledgement, and starts it
 * again; each time a further share of the posts is let go, so that there is always something on its way. The hub runs when it
 * is done.
 */
export async function killAgainAndAgain(hub: Hub, sender: Sender, kills: number, random: Random): Promise<void> {
  for (let kill = 0; kill < kills; kill += 1) {
    sender.release((kill + 1) / (kills + 1));
    const readyAt = performance.now();
    const before = sender.counts.acknowledgements;
    const waitMs = random.next() * LATEST_MS;
    const isAtAcknowledgement = kill % 2 === 0;
    const isTime = (): boolean =>
      isAtAcknowledgement
        ? performance.now() - readyAt >= waitMs / 2 && sender.counts.acknowledgements - before >= AT_LEAST
        : performance.now() - readyAt >= waitMs || sender.isIdle;
    while (!isTime() && performance.now() - readyAt < LATEST_MS) await delay(LOOK_EVERY_MS);
    if (isAtAcknowledgement) await atAcknowledgement(sender, LATEST_MS - (performance.now() - readyAt), () => hub.kill());
    else await hub.kill();
    console.error(`killed ${kill + 1} of ${kills}: ${sender.counts.acknowledgements} acknowledged so far`);
    await hub.start();
  }
  sender.release(1);
}

/** Right when one comes, in the same turn; else when the time is over. */
async function atAcknowledgement(sender: Sender, withinMs: number, kill: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const strike = (): void => {
      clearTimeout(timer);
      callOff();
      kill().then(resolve, reject);
    };
    const timer = setTimeout(strike, Math.max(0, withinMs));
    const callOff = sender.atNextAcknowledgement(strike);
  });
}
