import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { startBuiltScene, type BuiltScene } from './a-built-hub.js';

const AT_ONCE = 500;
const START_MS = 120_000;
/** A month that was read is good for so long to all who look for a slot, while nothing changes. */
const READ_GOOD_FOR_MS = 2_000;

describe('Of five hundred patients who want one slot at the same moment, over three copies', () => {
  let scene: BuiltScene;

  beforeAll(async () => {
    scene = await startBuiltScene({ slots: 40 });
  }, START_MS);
  afterAll(() => scene.close());

  /** Whoever is told that the hub is busy, as on a machine with too much else to do, comes again when told to, with the same key. */
  const book = async (i: number, start: string): Promise<Answer> => {
    const contact = { name: `Testa Inventada ${i}`, dateOfBirth: '1990-01-01', phone: `0917 000 ${1000 + i}` };
    const key = { 'idempotency-key': randomUUID() };
    for (;;) {
      const answer = await scene.api.call('POST', `/facilities/${scene.facilityId}/appointments`, { ...scene.place, contact, start }, key);
      if (answer.status !== 503) return answer;
      await delay(Number(answer.headers.get('retry-after')) * 1_000);
    }
  };
  const showMonth = async (): Promise<void> => {
    const query = new URLSearchParams({ month: scene.hospital.starts[0]?.slice(0, 7) ?? '', ...scene.place });
    for (const copy of scene.copies) await copy.call('GET', `/facilities/${scene.facilityId}/availability?${query.toString()}`);
  };

  it.each([
    ['nobody has asked for the month before', 0, () => Promise.resolve()],
    ['every copy has shown the month', 1, showMonth],
  ])(
    'one gets it and the others are told that it is taken, and what is free, where %s',
    async (_, slot, prepare) => {
      const { hospital, balancer } = scene;
      const start = hospital.starts[slot] ?? '';
      await prepare();
      hospital.requests.length = 0;
      balancer.answered.clear();

      const begin = performance.now();
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => book(i, start)));
      const tookMs = performance.now() - begin;

      const [winner, ...others] = answers.filter(({ status }) => status === 201 || status === 202);
      const losers = answers.filter(({ status, body }) => status === 409 && body.code === 'slot-unavailable');
      expect({ others, losers: losers.length }).toEqual({ others: [], losers: AT_ONCE - 1 });
      // 202 where the machine is so busy that the hospital's answer came too late: it is known a little later.
      await eventually(
        'the one who got it is told so',
        async () => (await scene.api.call('GET', `/appointments/${winner?.body.id}`)).body.status === 'SCHEDULED',
        30_000,
      );
      // None where a loser's time was over before the hospital could be asked.
      const offered = losers.filter(({ body }) => body.alternatives?.length === 3);
      expect(offered.length).toBeGreaterThan(AT_ONCE / 10);
      expect(hospital.visits.filter(visit => visit.start === start)).toHaveLength(1);
      expect(hospital.calls('POST /appointments')).toHaveLength(1);
      // Each copy reads the month when it begins, and after each of the two changes of the slot.
      const readsEach = 3 + tookMs / READ_GOOD_FOR_MS;
      expect(hospital.calls('GET /availability').length).toBeLessThanOrEqual(readsEach * scene.copies.length);
      expect({ failures: balancer.failures, copies: balancer.answered.size }).toEqual({ failures: [], copies: 3 });
    },
    60_000,
  );
});
