import { eventually } from '../support/eventually.js';
import type { FakeHospital } from '../support/fake-hospital.js';
import type { BuiltHub } from './built-hubs.js';
import { startCopiesScene, type CopiesScene } from './hub-copies-scene.js';
import { aWard, goesOn, putInHand, standing } from './work-in-hand.js';

const RUN_MS = 180_000;
/** By then another copy has gone on with what one had in hand that was killed, or stopped. */
const GOES_ON_WITHIN_MS = 15_000;
const STOPPED_MS = 20_000;
const AS_IT_SHOULD_BE = { booked: 1, booking: 'SCHEDULED', bookingTold: 1, moves: 1, movesTold: 1, calendar: 'Dr. After', sent: 0 };

describe('A copy of the hub that is killed, and one that is stopped for twenty seconds, with work of every kind in hand', () => {
  let scene: CopiesScene;

  beforeAll(async () => {
    scene = await startCopiesScene({ copies: 3, hospitals: 2 });
  }, RUN_MS);
  afterAll(() => scene.close(), RUN_MS);

  it(
    'leave it to another within fifteen seconds, and the one that wakes does no harm',
    async () => {
      const [stopped, killed, other] = scene.copies as [BuiltHub, BuiltHub, BuiltHub];
      const [first, second] = scene.hospitals as [FakeHospital, FakeHospital];
      const wards = [await aWard(scene, other, first, '0917 000 0011'), await aWard(scene, other, second, '0917 000 0012')] as const;

      killed.program.signal('SIGSTOP');
      other.program.signal('SIGSTOP');
      const ofStopped = await putInHand(scene, stopped, wards[0]);
      stopped.program.signal('SIGSTOP');
      const stoppedMs = performance.now();
      killed.program.signal('SIGCONT');
      // While it is stopped all is ready for it: bytes lie in its sockets, the lock is free.
      scene.gate.release();
      await ofStopped.letGo();
      const ofKilled = await putInHand(scene, killed, wards[1]);
      killed.program.signal('SIGKILL');
      const killedMs = performance.now();
      other.program.signal('SIGCONT');
      scene.gate.release();
      await ofKilled.letGo();
      const times = await Promise.all([ofStopped, ofKilled].map(inHand => goesOn(scene, inHand, killedMs)));
      await eventually('twenty seconds are over', () => performance.now() - stoppedMs > STOPPED_MS, STOPPED_MS);
      stopped.program.signal('SIGCONT');
      const told = await ofStopped.booking;
      await stopped.program.says('A provider did not take a message');

      expect(times.flatMap(each => Object.entries(each)).filter(([, tookMs]) => tookMs > GOES_ON_WITHIN_MS)).toEqual([]);
      expect(told?.status).toBeLessThan(300);
      expect(await standing(scene, ofStopped)).toEqual(AS_IT_SHOULD_BE);
      expect(await standing(scene, ofKilled)).toEqual(AS_IT_SHOULD_BE);
    },
    RUN_MS,
  );
});
