import { SlotHoldsCleanupCron } from '../../src/availability/slot-holds-cleanup.cron.js';
import { createFacility } from '../support/factories.js';
import { eventually } from '../support/eventually.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { failing, startScene, startsOf, type Scene } from './a-month.js';

const MINUTE_MS = 60_000;
const NINE = '2026-03-09T09:00:00+08:00';
const TEN = '2026-03-09T10:00:00+08:00';
const ELEVEN = '2026-03-09T11:00:00+08:00';

describe('A slot hold', () => {
  let scene: Scene;
  let other: TestHub;

  beforeAll(async () => {
    // What is kept in memory must be right for much longer than a hold lasts.
    scene = await startScene({ config: { availabilityCacheMs: 60 * MINUTE_MS } });
    other = await startHub({ clock: scene.clock, besides: scene.hub });
  });
  afterAll(async () => {
    await other.close();
    await scene.close();
  });
  beforeEach(async () => {
    scene.clock.advance(61 * MINUTE_MS);
    scene.offers({ 'cal-1': [NINE, `${TEN} x3`, ELEVEN] });
    await scene.hub.sql('delete from slot_claim');
    await scene.hub.sql('delete from slot_hold');
    await scene.hub.sql('delete from availability_snapshot');
    scene.hospital.requests.length = 0;
  });

  const path = (): string => `/facilities/${scene.facilityId}/slot-holds`;
  const hold = (start: string, hub = scene.hub, body: Record<string, unknown> = {}): Promise<Answer> =>
    hub.call('POST', path(), { ...scene.ids(), start, ...body });
  const giveUp = (id: string, hub = scene.hub): Promise<Answer> => hub.call('DELETE', `${path()}/${id}`);
  const availableAt = async (start: string, hub = scene.hub): Promise<number> => {
    const { body } = await scene.month({}, hub);
    const slots = (body as { days: { slots: { start: string; available: number }[] }[] }).days.flatMap(day => day.slots);
    return slots.find(slot => slot.start === start)?.available ?? 0;
  };
  /** On both copies: a change reaches the other one a moment later. */
  const bothShow = async (start: string, seats: number): Promise<void> => {
    expect(await availableAt(start)).toBe(seats);
    await eventually(`the other copy shows ${seats} left`, async () => (await availableAt(start, other)) === seats);
  };
  const keyWith = async (more: Record<string, unknown>): Promise<Record<string, string>> => {
    const { body } = await scene.hub.call('POST', '/api-keys', { name: 'Test', scopes: ['write'], ...more });
    return { authorization: `Bearer ${(body as { key: string }).key}` };
  };

  it('keeps the seat for five minutes, tells when it ends, and tells the hospital nothing', async () => {
    await bothShow(NINE, 1);
    const asked = scene.hospital.requests.length;

    const held = await hold(NINE);

    expect(held).toMatchObject({
      status: 201,
      body: { id: expect.any(String), facilityId: scene.facilityId, ...scene.ids(), start: NINE, end: '2026-03-09T09:30:00+08:00' },
    });
    expect(Date.parse(held.body.expiresAt)).toBe(scene.clock.now().getTime() + 5 * MINUTE_MS);
    expect(held.body.expiresAt).toMatch(/\+08:00$/);
    expect(scene.hospital.requests).toHaveLength(asked);
    await bothShow(NINE, 0);
    expect(scene.hospital.requests.every(request => request.method === 'GET')).toBe(true);
    expect(await scene.hub.sql('select 1 from platform_event')).toEqual([]);
    expect(await scene.hub.sql('select 1 from notification')).toEqual([]);
  });

  it('goes to exactly one of twenty who want the last seat, over two copies; the others get alternatives', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => hold(NINE, i % 2 === 0 ? scene.hub : other)));

    expect(answers.filter(answer => answer.status === 201)).toHaveLength(1);
    const losers = answers.filter(answer => answer.status !== 201);
    expect(losers.map(loser => [loser.status, loser.body.code])).toEqual(losers.map(() => [409, 'slot-unavailable']));
    expect(losers[0]?.body.alternatives.map((slot: { start: string }) => slot.start)).toEqual([TEN, ELEVEN]);
  });

  it('takes one seat of a slot with several, until there is none', async () => {
    const shown: number[] = [];
    for (let seats = 0; seats < 3; seats++) {
      expect((await hold(TEN, seats === 1 ? other : scene.hub)).status).toBe(201);
      await eventually('the seat is taken', async () => (await availableAt(TEN)) === 2 - seats);
      shown.push(await availableAt(TEN));
    }

    expect(shown).toEqual([2, 1, 0]);
    expect(await hold(TEN)).toMatchObject({ status: 409, body: { code: 'slot-unavailable' } });
  });

  it('is left out where the earliest slots and alternatives are looked for', async () => {
    await hold(NINE);
    await hold(ELEVEN);

    const next = await scene.next(scene.ids());
    const refused = await hold(NINE);

    expect((next.body as { data: { start: string }[] }).data.map(slot => slot.start)).toEqual([TEN]);
    expect(refused.body.alternatives).toEqual([{ calendarId: scene.ids().calendarId, start: TEN, end: '2026-03-09T10:30:00+08:00' }]);
  });

  it('ends by itself: both copies show the seat again at that very moment, without asking the hospital', async () => {
    await hold(NINE);
    await bothShow(NINE, 0);
    await bothShow(TEN, 3);
    const asked = scene.hospital.requests.length;

    scene.clock.advance(5 * MINUTE_MS - 1);
    const before = [await availableAt(NINE), await availableAt(NINE, other)];
    scene.clock.advance(1);
    const after = await Promise.all([scene.month(), scene.month({}, other)]);

    expect(before).toEqual([0, 0]);
    expect(after.map(startsOf)).toEqual([
      [NINE, TEN, ELEVEN],
      [NINE, TEN, ELEVEN],
    ]);
    expect(after.map(answer => answer.body.freshness.source)).toEqual(['cache', 'cache']);
    expect(scene.hospital.requests).toHaveLength(asked);
  });

  it('that has ended leaves its seat to whoever wants it next, once', async () => {
    await hold(NINE);
    scene.clock.advance(5 * MINUTE_MS - 1);
    expect((await hold(NINE)).status).toBe(409);
    scene.clock.advance(1);

    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => hold(NINE, i % 2 === 0 ? scene.hub : other)));

    expect(answers.map(answer => answer.status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
    await bothShow(NINE, 0);
  });

  it('stays where the hospital is read anew, and does not count in what it says last', async () => {
    await hold(NINE);
    scene.clock.advance(2 * MINUTE_MS);
    // Whoever books elsewhere in the month makes all copies read it anew.
    await hold(ELEVEN, other);
    await bothShow(NINE, 0);

    scene.clock.advance(61 * MINUTE_MS);
    scene.hospital.on('GET /availability', failing());
    const stale = await scene.month();

    expect(stale.body.freshness.source).toBe('stale');
    expect(startsOf(stale)).toEqual([NINE, TEN, ELEVEN]);
  });

  it('is given up, on any copy: the seat is free at once', async () => {
    const { body } = await hold(NINE);
    await bothShow(NINE, 0);

    expect((await giveUp(body.id, other)).status).toBe(204);

    await eventually('it is shown again', async () => (await availableAt(NINE)) === 1);
    await bothShow(NINE, 1);
    expect((await hold(NINE)).status).toBe(201);
    expect(await giveUp(body.id)).toMatchObject({ status: 404, body: { code: 'slot-hold-not-found' } });
  });

  it('that has ended may be given up, too, which frees nobody else of the seat', async () => {
    const { body } = await hold(NINE);
    scene.clock.advance(5 * MINUTE_MS);
    await hold(NINE);

    expect((await giveUp(body.id)).status).toBe(204);
    expect((await hold(NINE)).status).toBe(409);
  });

  it.each([
    ['a start in the past', { start: '2026-03-01T08:00:00+08:00' }, 422, 'start-in-past'],
    ['a start on no slot', { start: '2026-03-09T09:10:00+08:00' }, 422, 'slot-not-offered'],
    ['a type that the calendar lacks', { type: 'type-2' }, 422, 'type-not-offered'],
    ['an unknown calendar', { calendarId: '01999c5e-0000-7000-8000-00000000000f' }, 404, 'calendar-not-found'],
    ['no start', { start: undefined }, 400, 'validation-failed'],
    ['a calendar that is no id', { calendarId: 'cal-1' }, 400, 'validation-failed'],
    ['a field too many', { seats: 2 }, 400, 'validation-failed'],
  ])('is refused for %s', async (_, { type, ...body }: Record<string, unknown>, status, code) => {
    const ofType = type === undefined ? {} : { appointmentTypeId: scene.ids('cal-2', 'type-2').appointmentTypeId };

    expect(await hold(NINE, scene.hub, { ...ofType, ...body })).toMatchObject({ status, body: { code } });
    expect(await scene.hub.sql('select 1 from slot_claim')).toEqual([]);
  });

  it('is refused for a calendar that is switched off', async () => {
    const calendar = `/facilities/${scene.facilityId}/calendars/${scene.ids().calendarId}`;
    await scene.hub.call('PATCH', calendar, { enabled: false });

    const refused = await hold(NINE);
    await scene.hub.call('PATCH', calendar, { enabled: true });

    expect(refused).toMatchObject({ status: 422, body: { code: 'calendar-disabled' } });
  });

  it('rests on what is known where the hospital is away, and on nothing else', async () => {
    await scene.month();
    scene.hospital.on('GET /availability', failing());
    scene.clock.advance(61 * MINUTE_MS);

    expect((await hold(NINE)).status).toBe(201);
    expect(await hold('2026-04-09T09:00:00+08:00')).toMatchObject({ status: 503, body: { code: 'upstream-error' } });
  });

  it('needs a key that may write, and is of one facility', async () => {
    const foreign = await createFacility(scene.hub, scene.hospital);
    const reader = await keyWith({ scopes: ['read'] });
    const elsewhere = await keyWith({ facilityIds: [foreign] });
    const { body } = await hold(NINE);

    const answers = [
      await scene.hub.call('POST', path(), { ...scene.ids(), start: TEN }, reader),
      await scene.hub.call('DELETE', `${path()}/${body.id as string}`, undefined, reader),
      await scene.hub.call('POST', path(), { ...scene.ids(), start: TEN }, elsewhere),
      await scene.hub.call('DELETE', `${path()}/${body.id as string}`, undefined, elsewhere),
      await scene.hub.call('DELETE', `/facilities/${foreign}/slot-holds/${body.id as string}`),
    ];

    expect(answers.map(answer => [answer.status, answer.body.code])).toEqual([
      [403, 'scope-missing'],
      [403, 'scope-missing'],
      [404, 'facility-not-found'],
      [404, 'facility-not-found'],
      [404, 'slot-hold-not-found'],
    ]);
    await bothShow(NINE, 0);
  });

  it('is one of at most two hundred open ones of a key in a facility, also when they come at once', async () => {
    const { calendarId, appointmentTypeId } = scene.ids();
    const { id: mine } = (await hold(NINE)).body;
    const openElsewhere = async (count: number, expiresAt: number): Promise<unknown> =>
      scene.hub.sql(
        `insert into slot_hold (id, facility_id, calendar_id, appointment_type_id, start_at, key_id, created_at, expires_at)
         select gen_random_uuid(), facility_id, $1, $2, start_at, key_id, created_at, $3 from slot_hold, generate_series(1, $4) where id = $5`,
        [calendarId, appointmentTypeId, new Date(expiresAt), count, mine],
      );
    await openElsewhere(50, scene.clock.now().getTime());
    await openElsewhere(197, scene.clock.now().getTime() + 1);
    const starts = Array.from({ length: 12 }, (_, i) => `2026-03-10T${String(i + 8).padStart(2, '0')}:00:00+08:00`);
    scene.offers({ 'cal-1': [NINE, TEN, ...starts] });

    const answers = await Promise.all(starts.map((start, i) => hold(start, i % 2 === 0 ? scene.hub : other)));
    const another = await scene.hub.call('POST', path(), { ...scene.ids(), start: TEN }, await keyWith({}));

    expect(answers.filter(answer => answer.status === 201)).toHaveLength(2);
    const refused = answers.filter(answer => answer.status !== 201);
    expect(refused.map(answer => [answer.status, answer.body.code])).toEqual(refused.map(() => [409, 'too-many-slot-holds']));
    expect(another.status).toBe(201);
    scene.clock.advance(1);
    await giveUp(mine);
    expect((await hold(NINE)).status).toBe(201);
  });

  it('is forgotten a day after its end, its seat at once', async () => {
    const { body } = await hold(NINE);
    const tidied = async (): Promise<number[]> => {
      await scene.hub.app.get(SlotHoldsCleanupCron).tick();
      const counts = await scene.hub.sql<{ claims: number; holds: number }>(
        'select (select count(*)::int from slot_claim) claims, (select count(*)::int from slot_hold) holds',
      );
      return [counts[0]?.claims ?? -1, counts[0]?.holds ?? -1];
    };

    const open = await tidied();
    scene.clock.advance(5 * MINUTE_MS + 1);
    const ended = await tidied();
    scene.clock.advance(24 * 60 * MINUTE_MS);
    const old = await tidied();

    expect([open, ended, old]).toEqual([
      [1, 1],
      [0, 1],
      [0, 0],
    ]);
    expect((await giveUp(body.id)).status).toBe(404);
  });

  it('is counted while it is open', async () => {
    const openHolds = async (): Promise<string | undefined> =>
      /^hub_slot_holds_open (\d+)$/m.exec(await (await fetch(`${scene.hub.url}/metrics`)).text())?.[1];
    await hold(NINE);
    await hold(TEN);

    const open = await openHolds();
    scene.clock.advance(5 * MINUTE_MS);

    expect([open, await openHolds()]).toEqual(['2', '0']);
  });
});
