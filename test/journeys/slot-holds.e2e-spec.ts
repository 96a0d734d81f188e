import { randomUUID } from 'node:crypto';
import { startScene, failing, startsOf, type Scene } from '../availability/a-month.js';
import { createFacility } from '../support/factories.js';
import { answerJson, type HospitalHandler } from '../support/fake-hospital.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { aPatient } from '../support/journey.js';

const MINUTE_MS = 60_000;
const NINE = '2026-03-09T09:00:00+08:00';
const TEN = '2026-03-09T10:00:00+08:00';
const ELEVEN = '2026-03-09T11:00:00+08:00';

const yes: HospitalHandler = (_request, response) => {
  answerJson(response, 201, { appointmentId: randomUUID(), temporaryPatientId: 'tmp-1' });
};
const no: HospitalHandler = (_request, response) => {
  answerJson(response, 422, { code: 'invalid_calendar' });
};
const unknown: HospitalHandler = (_request, response) => void response.destroy();

describe('Journey 1 with a slot hold', () => {
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
    scene.clock.advance(10 * MINUTE_MS);
    await scene.hub.sql('delete from slot_claim');
    scene.offers({ 'cal-1': [NINE, `${TEN} x2`, ELEVEN], 'cal-2': [NINE] });
    scene.hospital.on('POST /appointments', yes);
    scene.hospital.requests.length = 0;
  });

  const holds = (): string => `/facilities/${scene.facilityId}/slot-holds`;
  const hold = async (start: string, ids = scene.ids()): Promise<string> => {
    const { status, body } = await scene.hub.call('POST', holds(), { ...ids, start });
    expect(status).toBe(201);
    return (body as { id: string }).id;
  };
  const book = (start: string, more: Record<string, unknown> = {}, key = randomUUID(), hub = scene.hub): Promise<Answer> =>
    hub.call(
      'POST',
      `/facilities/${scene.facilityId}/appointments`,
      { ...('contactId' in more ? {} : { contact: aPatient() }), ...scene.ids(), start, ...more },
      { 'idempotency-key': key },
    );
  const sent = (): number => scene.hospital.calls('POST /appointments').length;
  const claimsAt = (start: string): Promise<{ holder_id: string; expires_at: Date | null }[]> =>
    scene.hub.sql('select holder_id, expires_at from slot_claim where start_at = $1 order by seat', [start]);

  it('books the very seat that is held, also when it is the last', async () => {
    const holdId = await hold(NINE);
    const rival = await book(NINE);

    const booked = await book(NINE, { holdId });

    expect(rival).toMatchObject({ status: 409, body: { code: 'slot-unavailable', alternatives: [{ start: TEN }, { start: ELEVEN }, {}] } });
    expect(booked).toMatchObject({ status: 201, body: { status: 'SCHEDULED', start: NINE } });
    expect(booked.body).not.toHaveProperty('holdId');
    expect(sent()).toBe(1);
    expect(scene.hospital.calls('POST /appointments')[0]?.body).not.toContain(holdId);
    expect(await claimsAt(NINE)).toEqual([{ holder_id: booked.body.id, expires_at: null }]);
  });

  it('takes no second seat of a slot with several', async () => {
    const holdId = await hold(TEN);

    const booked = await book(TEN, { holdId });

    expect(booked.status).toBe(201);
    expect(await claimsAt(TEN)).toHaveLength(1);
    expect((await book(TEN)).status).toBe(201);
  });

  it('leaves the seat taken when the time of the hold is over', async () => {
    await book(NINE, { holdId: await hold(NINE) });
    scene.hospital.on('GET /availability', failing());

    scene.clock.advance(5 * MINUTE_MS);

    expect((await scene.hub.sql('select 1 from slot_claim where start_at = $1', [NINE])).length).toBe(1);
    expect(startsOf(await scene.month())).not.toContain(NINE);
    expect(startsOf(await scene.month({}, other))).not.toContain(NINE);
  });

  it('answers a repeat as the first: the hold is the same booking', async () => {
    const [holdId, key] = [await hold(NINE), randomUUID()];
    const first = await book(NINE, { holdId }, key);

    const repeats = await Promise.all([book(NINE, { holdId }, key), book(NINE, { holdId }, key, other)]);

    expect(repeats.map(({ status, body }) => [status, body.id])).toEqual([
      [201, first.body.id],
      [201, first.body.id],
    ]);
    expect(sent()).toBe(1);
  });

  it('books once with one hold, whatever the keys: the others are told which appointment it was', async () => {
    const holdId = await hold(TEN);

    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => book(TEN, { holdId }, randomUUID(), i % 2 === 0 ? scene.hub : other)),
    );

    const booked = answers.filter(answer => answer.status === 201);
    expect(booked).toHaveLength(1);
    const refused = answers.filter(answer => answer.status !== 201);
    const { id } = booked[0]?.body as { id: string };
    expect(refused.map(({ status, body }) => [status, body.code, body.appointmentId])).toEqual(
      refused.map(() => [409, 'slot-hold-used', id]),
    );
    expect(sent()).toBe(1);
    expect(await scene.hub.call('DELETE', `${holds()}/${holdId}`)).toMatchObject({
      status: 409,
      body: { code: 'slot-hold-used', appointmentId: id },
    });
  });

  it.each<[string, { start?: string; calendar?: string }, string[]]>([
    ['at another time', { start: TEN }, ['start']],
    ['in another calendar', { calendar: 'cal-2' }, ['calendarId']],
  ])('refuses to book %s than what is held, and lets the hold be', async (_, { start = NINE, calendar = 'cal-1' }, fields) => {
    const holdId = await hold(NINE);

    const refused = await book(start, { holdId, ...scene.ids(calendar) });

    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'slot-hold-mismatch', errors: fields.map(field => ({ field, code: 'slot-hold-mismatch' })) },
    });
    expect(await claimsAt(NINE)).toEqual([{ holder_id: holdId, expires_at: expect.any(Date) }]);
    expect((await book(NINE, { holdId })).status).toBe(201);
  });

  it('refuses to book another type than what is held: it may take longer', async () => {
    const holdId = await hold(NINE, scene.ids('cal-2', 'type-1'));

    expect(await book(NINE, { holdId, ...scene.ids('cal-2', 'type-2') })).toMatchObject({
      status: 422,
      body: { code: 'slot-hold-mismatch', errors: [{ field: 'appointmentTypeId' }] },
    });
  });

  it.each([
    ['is unknown', () => Promise.resolve(randomUUID()), 404, 'slot-hold-not-found'],
    [
      'was given up',
      async (): Promise<string> => {
        const id = await hold(NINE);
        await scene.hub.call('DELETE', `${holds()}/${id}`);
        return id;
      },
      404,
      'slot-hold-not-found',
    ],
    ['is no id', () => Promise.resolve('my-hold'), 400, 'validation-failed'],
  ])('refuses a hold that %s, and sends nothing', async (_, holdIdOf, status, code) => {
    expect(await book(NINE, { holdId: await holdIdOf() })).toMatchObject({ status, body: { code } });
    expect(sent()).toBe(0);
    expect(await claimsAt(NINE)).toEqual([]);
  });

  it('knows no hold of another facility', async () => {
    const foreign = await createFacility(scene.hub, scene.hospital);
    const holdId = await hold(NINE);
    await scene.hub.sql('update slot_hold set facility_id = $1 where id = $2', [foreign, holdId]);

    expect(await book(NINE, { holdId })).toMatchObject({ status: 404, body: { code: 'slot-hold-not-found' } });
  });

  it('books late, as without a hold, where the seat is free still; but once', async () => {
    const holdId = await hold(NINE);
    scene.clock.advance(5 * MINUTE_MS);

    const late = await book(NINE, { holdId });
    const again = await book(NINE, { holdId });

    expect(late.status).toBe(201);
    expect(again).toMatchObject({ status: 409, body: { code: 'slot-hold-used', appointmentId: late.body.id } });
    expect(await claimsAt(NINE)).toEqual([{ holder_id: late.body.id, expires_at: null }]);
  });

  it('gives alternatives where the hold has ended and another was quicker', async () => {
    const holdId = await hold(NINE);
    scene.clock.advance(5 * MINUTE_MS);
    await hold(NINE);

    expect(await book(NINE, { holdId })).toMatchObject({
      status: 409,
      body: { code: 'slot-unavailable', alternatives: [{ start: TEN }, { start: ELEVEN }, {}] },
    });
    expect(sent()).toBe(0);
  });

  it('frees the seat when the hospital says no', async () => {
    const holdId = await hold(NINE);
    scene.hospital.on('POST /appointments', no);

    const refused = await book(NINE, { holdId });

    expect(refused).toMatchObject({ status: 422, body: { code: 'invalid-calendar', appointmentId: expect.any(String) } });
    expect(await claimsAt(NINE)).toEqual([]);
    expect(await book(NINE, { holdId })).toMatchObject({
      status: 409,
      body: { code: 'slot-hold-used', appointmentId: refused.body.appointmentId },
    });
    scene.hospital.on('POST /appointments', yes);
    expect((await book(NINE)).status).toBe(201);
  });

  it('keeps the seat while it is not known what the hospital did, however long ago the hold was', async () => {
    const holdId = await hold(NINE);
    scene.hospital.on('POST /appointments', unknown);

    const pending = await book(NINE, { holdId });
    scene.clock.advance(5 * MINUTE_MS);

    expect(pending).toMatchObject({ status: 202, body: { status: 'PENDING' } });
    expect((await book(NINE)).status).toBe(409);
    expect(await claimsAt(NINE)).toEqual([{ holder_id: pending.body.id, expires_at: null }]);
  });

  it('leaves the hold as it was where nothing was sent', async () => {
    const holdId = await hold(NINE);

    const refused = await book(NINE, { holdId, contactId: randomUUID() });

    expect(refused).toMatchObject({ status: 404, body: { code: 'contact-not-found' } });
    expect(await claimsAt(NINE)).toEqual([{ holder_id: holdId, expires_at: expect.any(Date) }]);
    expect((await book(NINE, { holdId })).status).toBe(201);
  });

  it('is refused to whom would move an appointment there', async () => {
    const { body } = await book(ELEVEN);
    await hold(NINE);

    const moved = await scene.hub.call('PUT', `/appointments/${body.id as string}/reschedule`, { start: NINE });

    expect(moved).toMatchObject({ status: 409, body: { code: 'slot-unavailable' } });
  });

  it('lets exactly one of ten holds and ten bookings have the last seat', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => {
        const hub = i % 4 < 2 ? scene.hub : other;
        return i % 2 === 0 ? hub.call('POST', holds(), { ...scene.ids(), start: NINE }) : book(NINE, {}, randomUUID(), hub);
      }),
    );

    expect(answers.map(answer => answer.status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    expect(await claimsAt(NINE)).toHaveLength(1);
    expect(sent()).toBeLessThanOrEqual(1);
  });

  it('is either booked or given up, when both are tried at once', async () => {
    for (let round = 0; round < 5; round++) {
      await scene.hub.sql('delete from slot_claim');
      const holdId = await hold(NINE);

      const [booked, givenUp] = await Promise.all([
        book(NINE, { holdId }, randomUUID(), round % 2 === 0 ? scene.hub : other),
        scene.hub.call('DELETE', `${holds()}/${holdId}`),
      ]);

      expect([
        [201, 409],
        [404, 204],
      ]).toContainEqual([booked.status, givenUp.status]);
    }
  });
});
