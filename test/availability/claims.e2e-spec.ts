import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { asWorker } from '../../src/database/worker-context.js';
import { AvailabilityService } from '../../src/availability/availability.service.js';
import { mapBounded } from '../../src/availability/bounded.js';
import { SlotClaimsService, type ListedSlot } from '../../src/availability/slot-claims.service.js';
import { eventually } from '../support/eventually.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { heldBack, startScene, startsOf, type Scene } from './a-month.js';

const NINE = '2026-03-09T09:00:00+08:00';
const TEN = '2026-03-09T10:00:00+08:00';

describe('Seats', () => {
  let scene: Scene;
  let other: TestHub;

  beforeAll(async () => {
    scene = await startScene();
    other = await startHub({ clock: scene.clock, besides: scene.hub });
  });
  afterAll(async () => {
    await other.close();
    await scene.close();
  });
  beforeEach(async () => {
    scene.clock.advance(60_000);
    scene.offers({ 'cal-1': [`${NINE} x3`, TEN] });
    scene.hospital.requests.length = 0;
    await scene.hub.sql('delete from slot_claim');
  });

  /** In a transaction of its own, on one of the copies. */
  const inTransaction = <T>(hub: TestHub, work: (claims: SlotClaimsService, em: EntityManager) => Promise<T>): Promise<T> => {
    const em = hub.app.get(EntityManager);
    return asWorker(em, () => em.transactional(tx => work(hub.app.get(SlotClaimsService), tx)));
  };
  const slotAt = (start: string, seats: number): ListedSlot => ({ startAt: new Date(start), seats, listedAt: scene.clock.now() });
  const claim = (start: string, seats: number, holderId = randomUUID(), hub = scene.hub): Promise<boolean> =>
    inTransaction(hub, claims => claims.claim(scene.facilityId, scene.ids().calendarId, slotAt(start, seats), holderId));
  const confirm = (holderId: string, start: string): Promise<void> =>
    inTransaction(scene.hub, claims =>
      claims.confirm(scene.facilityId, holderId, { calendarId: scene.ids().calendarId, startAt: new Date(start) }),
    );
  const availableAt = (answer: Answer, start: string): number | undefined =>
    (answer.body as { days: { slots: { start: string; available: number }[] }[] }).days.flatMap(d => d.slots).find(s => s.start === start)
      ?.available;
  const untilAvailable = (start: string, seats: number | undefined, hub = scene.hub): Promise<Answer> =>
    eventually(`${start} has ${String(seats)} left`, async () => {
      const answer = await scene.month({}, hub);
      return availableAt(answer, start) === seats && answer;
    });

  it.each([1, 3, 7])('of a slot with %i go to exactly as many of five hundred who want one, over two copies', async seats => {
    // Two hundred at a time are five for each connection of the two pools: more would wait for one only, and not for ever.
    const outcomes = await mapBounded([...Array(500).keys()], 200, i => claim(NINE, seats, randomUUID(), i % 2 === 0 ? scene.hub : other));

    expect(outcomes.filter(Boolean)).toHaveLength(seats);
    const rows = await scene.hub.sql<{ seat: number }>('select seat from slot_claim order by seat');
    expect(rows.map(row => row.seat)).toEqual(Array.from({ length: seats }, (_, i) => i + 1));
  });

  it.each([1, 3])('of a slot with %i whose claims have ended by themselves go to exactly as many, over two copies', async seats => {
    const { calendarId } = scene.ids();
    const endsAt = new Date(scene.clock.now().getTime() + 1_000);
    for (let seat = 0; seat < seats; seat++) {
      await inTransaction(scene.hub, claims => claims.claim(scene.facilityId, calendarId, slotAt(NINE, seats), randomUUID(), endsAt));
    }
    expect(await claim(NINE, seats)).toBe(false);
    scene.clock.advance(1_000);

    const holders = Array.from({ length: 60 }, () => randomUUID());
    const outcomes = await Promise.all(holders.map((holder, i) => claim(NINE, seats, holder, i % 2 === 0 ? scene.hub : other)));

    const winners = holders.filter((_, i) => outcomes[i]);
    expect(winners).toHaveLength(seats);
    const rows = await scene.hub.sql<{ holder_id: string }>('select holder_id from slot_claim where expires_at is null');
    expect(rows.map(row => row.holder_id).sort()).toEqual(winners.sort());
  });

  it('that were claimed in a transaction which fails are free again', async () => {
    const failed = inTransaction(scene.hub, async claims => {
      await claims.claim(scene.facilityId, scene.ids().calendarId, slotAt(NINE, 1), randomUUID());
      throw new Error('refused');
    });

    await expect(failed).rejects.toThrow('refused');
    expect(await claim(NINE, 1)).toBe(true);
  });

  it('wait for the transaction that has claimed the same one, and are taken up when it fails', async () => {
    const first = Promise.withResolvers<never>();
    const hasClaimed = Promise.withResolvers<boolean>();
    const failing = inTransaction(scene.hub, async claims => {
      hasClaimed.resolve(await claims.claim(scene.facilityId, scene.ids().calendarId, slotAt(NINE, 1), randomUUID()));
      return first.promise;
    });
    await hasClaimed.promise;

    const second = claim(NINE, 1, randomUUID(), other);
    await eventually('the second waits', async () => {
      const waiting = await scene.hub.sql("select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%slot_claim%'");
      return waiting.length > 0;
    });
    first.reject(new Error('refused'));

    await expect(failing).rejects.toThrow('refused');
    expect(await second).toBe(true);
  });

  it('are counted, not numbered: one that is held beyond those still offered leaves none', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    await claim(NINE, 2, first);
    await claim(NINE, 2, second);
    await inTransaction(scene.hub, claims => claims.release(scene.facilityId, first));

    expect(await claim(NINE, 1)).toBe(false);
    expect(await claim(NINE, 2)).toBe(true);
  });

  it('are claimed once by one holder, however often it asks', async () => {
    const holder = randomUUID();

    expect(await claim(NINE, 3, holder)).toBe(true);
    expect(await claim(NINE, 3, holder)).toBe(true);
    expect(await scene.hub.sql('select 1 from slot_claim')).toHaveLength(1);
  });

  it('that are claimed are shown no more, on either copy, and are shown again once released', async () => {
    const holder = randomUUID();
    await scene.month();
    await scene.month({}, other);

    await claim(TEN, 1, holder);
    await untilAvailable(TEN, undefined);
    await untilAvailable(TEN, undefined, other);
    await inTransaction(other, claims =>
      claims.release(scene.facilityId, holder, { calendarId: scene.ids().calendarId, startAt: new Date(TEN) }),
    );

    expect(startsOf(await untilAvailable(TEN, 1))).toEqual([NINE, TEN]);
    expect(startsOf(await untilAvailable(TEN, 1, other))).toEqual([NINE, TEN]);
  });

  it('stay subtracted while the outcome is open, and until the hospital counts them itself', async () => {
    const [pending, confirmed] = [randomUUID(), randomUUID()];
    await claim(NINE, 3, pending);
    await claim(NINE, 3, confirmed);
    await confirm(confirmed, NINE);
    await untilAvailable(NINE, 1);

    scene.clock.advance(60_000);
    scene.offers({ 'cal-1': [`${NINE} x2`] });

    expect(availableAt(await scene.month(), NINE)).toBe(1);
  });

  it('that the hospital counts itself are still taken for who goes by what it offered before, and for nobody else', async () => {
    const booked = randomUUID();
    const before = slotAt(TEN, 1);
    await claim(TEN, 1, booked);
    await confirm(booked, TEN);
    scene.clock.advance(1_000);
    scene.offers({ 'cal-1': [NINE] });
    await scene.month();

    const late = await inTransaction(other, claims => claims.claim(scene.facilityId, scene.ids().calendarId, before, randomUUID()));
    scene.offers({ 'cal-1': [NINE, TEN] });
    const again = await claim(TEN, 1);

    expect({ late, again }).toEqual({ late: false, again: true });
  });

  it('are forgotten a quarter of an hour after the hospital has said yes, but not while that is open', async () => {
    const [pending, confirmed] = [randomUUID(), randomUUID()];
    await claim(NINE, 3, pending);
    await claim(NINE, 3, confirmed);
    await confirm(confirmed, NINE);
    const holders = async (): Promise<string[]> => {
      const found = await inTransaction(scene.hub, claims =>
        claims.findClaims(scene.facilityId, scene.ids().calendarId, new Date(NINE), new Date(TEN)),
      );
      return found.map(({ holderId }) => holderId);
    };

    // A month that is read is stored behind the answer, one read after the other.
    const readAfter = async (ms: number): Promise<void> => {
      scene.clock.advance(ms);
      await scene.month();
      const readAt = scene.clock.now();
      await eventually('it is stored', async () =>
        (
          await scene.hub.sql<{ fetched_at: Date }>('select fetched_at from availability_snapshot where facility_id = $1', [
            scene.facilityId,
          ])
        ).some(row => row.fetched_at.getTime() === readAt.getTime()),
      );
    };

    await readAfter(15 * 60_000);
    const atFirst = await holders();
    await readAfter(60_000);

    expect({ atFirst, then: await holders() }).toEqual({ atFirst: [pending, confirmed], then: [pending] });
  });

  it('that are claimed are subtracted from a stale answer too', async () => {
    await scene.month();
    await claim(NINE, 3);
    scene.clock.advance(60_000);
    scene.hospital.on('GET /availability', (_request, response) => void response.writeHead(503).end());

    const stale = await scene.month();

    expect(stale.body.freshness.source).toBe('stale');
    expect(availableAt(stale, NINE)).toBe(2);
  });

  it('of a month that was dropped are asked for again, for every type of the calendar, and no other month is', async () => {
    const query = { ...scene.ids('cal-2'), month: '2026-04' };
    const types = [scene.ids('cal-2'), scene.ids('cal-2', 'type-2'), query];
    for (const type of types) await scene.month(type);
    scene.hospital.requests.length = 0;

    await inTransaction(other, (_claims, em) =>
      other.app
        .get(AvailabilityService)
        .dropMonth(em, { facilityId: scene.facilityId, calendarId: scene.ids('cal-2').calendarId }, new Date(NINE)),
    );
    await eventually('the drop is heard', async () => (await scene.month(scene.ids('cal-2'))).body.freshness.source === 'live');
    const answers = [await scene.month(scene.ids('cal-2', 'type-2')), await scene.month(query)];

    expect(answers.map(a => a.body.freshness.source)).toEqual(['live', 'cache']);
  });

  it('that were read before a drop, and come after it, are kept by nobody', async () => {
    const held = heldBack({ 'cal-1': [NINE, TEN] });
    scene.hospital.on('GET /availability', held.handler);
    const early = scene.month();
    await eventually('the hospital is asked', () => held.waiting() > 0);

    scene.clock.advance(1);
    scene.offers({ 'cal-1': [NINE] });
    await inTransaction(other, (_claims, em) =>
      other.app.get(AvailabilityService).dropMonth(em, { facilityId: scene.facilityId, calendarId: scene.ids().calendarId }, new Date(TEN)),
    );
    const late: Answer[] = [];
    const asking: Promise<unknown>[] = [];
    // Who asks once the drop is heard does not join the read that began before it.
    await eventually('a read of after the drop has come', () => {
      asking.push(scene.month().then(answer => late.push(answer)));
      return late.length > 0;
    });
    held.letGo();
    await Promise.all(asking);

    expect(startsOf(await early)).toEqual([NINE, TEN]);
    expect(late[0] && startsOf(late[0])).toEqual([NINE]);
    expect((await scene.month()).body).toMatchObject({ freshness: { source: 'cache' }, days: [{ slots: [{ start: NINE }] }] });
    const snapshots = await scene.hub.sql('select slots from availability_snapshot where calendar_id = $1', [scene.ids().calendarId]);
    expect(snapshots).toEqual([{ slots: [expect.objectContaining({ s: Date.parse(NINE) })] }]);
  });
});
