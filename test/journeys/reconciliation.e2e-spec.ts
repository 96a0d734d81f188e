import { randomUUID } from 'node:crypto';
import { MikroORM } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { ormOptions } from '../../src/database/orm-options.js';
import { asWorker } from '../../src/database/worker-context.js';
import { BookingResolution } from '../../src/appointments/booking-resolution.service.js';
import { BookingSettlement } from '../../src/appointments/booking-settlement.js';
import { HospitalCalls } from '../../src/appointments/hospital-calls.js';
import { HospitalRecordsService } from '../../src/appointments/hospital-records.service.js';
import { ReconciliationCron } from '../../src/appointments/reconciliation.cron.js';
import { ReconciliationService } from '../../src/appointments/reconciliation.service.js';
import { UnknownOutcomeRepository } from '../../src/appointments/unknown-outcome.repository.js';
import { ENTITIES } from '../../src/entities.js';
import { createFacility } from '../support/factories.js';
import { eventually } from '../support/eventually.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { aPatient, JOURNEY_NOW, syncedCalendars } from '../support/journey.js';
import { modelStart, startModelHospital, TROUBLES, type ModelHospital, type ModelOptions } from '../support/model-hospital.js';
import { TestClock } from '../support/test-clock.js';
import { webhookSender, type WebhookSender } from '../support/webhooks.js';

const { jest } = import.meta;

/** One call whose outcome was unknown, and what became of it. */
interface Ended {
  by: string | null;
  seconds: number;
}

/** A hospital, connected. */
interface Clinic {
  hospital: ModelHospital;
  facilityId: string;
  /** Books the slot of this number; a new key unless one is given. */
  book: (slot: number, key?: string) => Promise<Answer>;
  webhooks: WebhookSender;
}

/** The process stops for ever when it comes to this method. */
function hang<K extends string>(
  service: Record<K, (...args: never[]) => Promise<unknown>>,
  method: K,
): { isReached: () => boolean; restore: () => void } {
  const before = service[method];
  let isReached = false;
  service[method] = () => {
    isReached = true;
    return new Promise(() => undefined);
  };
  return { isReached: () => isReached, restore: () => void (service[method] = before) };
}

describe('Calls whose outcome is unknown', () => {
  let clock: TestClock;
  let hub: TestHub;
  /** Looks: no time passes for what a look does. */
  let underWay = 0;
  const clinics: Clinic[] = [];
  const hospitals: ModelHospital[] = [];

  const KINDS = {
    list: { list: 'honest', isIdempotent: false, seats: 3 },
    idempotent: { list: 'none', isIdempotent: true, seats: 3 },
    oneSeat: { list: 'none', isIdempotent: false, seats: 1 },
    deaf: { list: 'deaf', isIdempotent: false, seats: 3 },
    nothing: { list: 'none', isIdempotent: false, seats: 3 },
  } as const satisfies Record<string, ModelOptions>;

  beforeAll(async () => {
    clock = new TestClock(JOURNEY_NOW);
    for (const options of Object.values(KINDS)) hospitals.push(await startModelHospital(options));
    hub = await startHub({
      clock,
      config: { upstreamAllowedHosts: hospitals.map(hospital => hospital.host), writeTimeoutMs: 600, availabilityTimeoutMs: 500 },
    });
    const reconciliation = hub.app.get(ReconciliationService);
    const look = reconciliation.look.bind(reconciliation);
    reconciliation.look = async key => {
      underWay++;
      await look(key).finally(() => underWay--);
    };
    for (const [i, { isIdempotent }] of Object.values(KINDS).entries()) {
      const hospital = hospitals[i];
      if (hospital) clinics.push(await openClinic(hospital, isIdempotent));
    }
  });
  afterAll(async () => {
    await hub.close();
    for (const hospital of hospitals) await hospital.close();
  });

  async function openClinic(hospital: ModelHospital, idempotentCreate: boolean): Promise<Clinic> {
    const scheduler = { connector: 'botmd', baseUrl: hospital.baseUrl, auth: { scheme: 'bearer', apiKey: 'k' }, idempotentCreate };
    const facilityId = await createFacility(hub, hospital, { scheduler });
    const [calendar] = await syncedCalendars(hub, facilityId);
    const ids = { calendarId: calendar?.id ?? '', appointmentTypeId: calendar?.appointmentTypes[0]?.id ?? '' };
    return {
      hospital,
      facilityId,
      webhooks: await webhookSender(hub, facilityId, () => clock.now()),
      book: (slot, key = randomUUID()) =>
        hub.call(
          'POST',
          `/facilities/${facilityId}/appointments`,
          { contact: aPatient(), ...ids, start: modelStart(slot) },
          { 'idempotency-key': key },
        ),
    };
  }

  const clinic = (kind: keyof typeof KINDS): Clinic => {
    const found = clinics[Object.keys(KINDS).indexOf(kind)];
    if (!found) throw new Error(`No clinic ${kind}`);
    return found;
  };
  const read = async (id: string): Promise<Answer['body']> => (await hub.call('GET', `/appointments/${id}`)).body;
  const timeline = async (id: string): Promise<{ type: string; source: string; after: { code?: string } | null }[]> =>
    (await hub.call('GET', `/appointments/${id}/timeline`)).body.data;
  const told = async (id: string): Promise<string[]> =>
    (await hub.sql<{ kind: string }>('select kind from notification where appointment_id = $1 order by id', [id])).map(row => row.kind);
  const openClaims = async (id: string): Promise<unknown[]> =>
    hub.sql('select 1 from slot_claim where holder_id = $1 and confirmed_at is null', [id]);
  const ended = async (id: string): Promise<Ended | null> => {
    const [row] = await hub.sql<{ ended_by: string | null; ended_at: Date | null; since: Date }>(
      'select ended_by, ended_at, since from unknown_outcome where appointment_id = $1 order by since desc limit 1',
      [id],
    );
    return row?.ended_at ? { by: row.ended_by, seconds: (row.ended_at.getTime() - row.since.getTime()) / 1_000 } : null;
  };

  /** Lets time pass, and waits until what was due has been looked at. */
  async function pass(ms: number): Promise<void> {
    clock.advance(ms);
    await hub.app.get(ReconciliationCron).tick();
    await eventually('what is due is looked at', async () => {
      const due = await hub.sql('select 1 from unknown_outcome where ended_at is null and next_look_at <= $1', [clock.now()]);
      return due.length === 0 && underWay === 0;
    });
  }

  /** In steps of 2 s, until all have ended; at most `withinMs` of the hub's time. */
  async function untilEnded(ids: readonly string[], withinMs: number): Promise<void> {
    for (let passed = 0; passed < withinMs; passed += 2_000) {
      await pass(2_000);
      const open = await hub.sql('select 1 from unknown_outcome where ended_at is null and appointment_id = any($1::uuid[])', [ids]);
      if (open.length === 0 && (await Promise.all(ids.map(ended))).every(end => end !== null)) return;
    }
    throw new Error(`Not ended within ${withinMs} ms of the hub's time`);
  }

  describe('bookings, where the hospital has a list', () => {
    const cases = TROUBLES.flatMap((trouble, i) => [
      { trouble, isDone: true, slot: 2 * i, key: randomUUID() },
      { trouble, isDone: false, slot: 2 * i + 1, key: randomUUID() },
    ]);
    const ids: string[] = [];

    beforeAll(async () => {
      const { hospital, book } = clinic('list');
      expect(await book(30)).toMatchObject({ status: 201 });
      for (const { trouble, isDone, slot, key } of cases) {
        hospital.next({ trouble, isDone });
        const answer = await book(slot, key);
        expect(answer).toMatchObject({ status: 202, body: { status: 'PENDING' } });
        ids.push(answer.body.id as string);
      }
      await untilEnded(ids, 60_000);
    });

    it.each(cases.map((each, i) => ({ ...each, i })))('$trouble, booked: $isDone: the list tells', async ({ isDone, slot, key, i }) => {
      const id = ids[i] ?? '';
      const { hospital, book } = clinic('list');

      expect(await read(id)).toMatchObject(
        isDone
          ? { status: 'SCHEDULED', appointmentId: hospital.bookingsOf(id)[0]?.id, revision: 1, needsReview: false }
          : { status: 'FAILED', appointmentId: null, revision: 1, needsReview: false },
      );
      expect(hospital.bookingsOf(id)).toHaveLength(isDone ? 1 : 0);
      expect((await timeline(id)).at(-1)).toMatchObject({
        type: isDone ? 'booked' : 'not-booked',
        source: 'reconciliation',
        after: { code: isDone ? 'listed' : 'not-listed' },
      });
      expect(await told(id)).toEqual([isDone ? 'booked' : 'notBooked']);
      expect(await openClaims(id)).toEqual([]);
      const replay = await book(slot, key);
      expect(replay).toMatchObject({ status: 202, body: { id, status: isDone ? 'SCHEDULED' : 'FAILED' } });
      expect(replay.headers.get('idempotency-replayed')).toBe('true');
    });
  });

  it.each([
    ['moved it', { start: modelStart(39) }, { status: 'SCHEDULED', start: modelStart(39) }, ['booked']],
    ['canceled it', { status: 'canceled' }, { status: 'CANCELED' }, ['canceled']],
  ] as const)('a booking that was made, and the staff have %s since: the list has the last word', async (_, since, expected, messages) => {
    const { hospital, book } = clinic('list');
    hospital.next({ trouble: 'timeout', isDone: true });
    const { body: pending } = await book(28);
    Object.assign(hospital.bookingsOf(pending.id)[0] ?? {}, since);

    await untilEnded([pending.id], 60_000);

    expect(await read(pending.id)).toMatchObject({ ...expected, appointmentId: hospital.bookingsOf(pending.id)[0]?.id });
    expect(await told(pending.id)).toEqual(messages);
  });

  it('the echo comes first: it makes it known, and nobody asks any more', async () => {
    const { hospital, book, webhooks } = clinic('list');
    hospital.next({ trouble: 'timeout', isDone: true });
    const { body: pending } = await book(29);
    const [made] = hospital.bookingsOf(pending.id);
    const occurredAt = clock.now().toISOString();
    const event = {
      action: 'scheduled',
      appointment_id: made?.id,
      datetime: made?.start,
      external_reference: pending.id,
      occurred_at: occurredAt,
    };
    await webhooks.sent(event);
    const before = hospital.calls('GET /appointments').length;

    await untilEnded([pending.id], 60_000);

    expect(await ended(pending.id)).toMatchObject({ by: 'event' });
    expect(hospital.calls('GET /appointments')).toHaveLength(before);
    expect(await told(pending.id)).toEqual(['booked']);
  });

  describe('bookings, where a repeated create books once', () => {
    const cases = TROUBLES.flatMap((trouble, i) => [
      { trouble, isDone: true, slot: 2 * i },
      { trouble, isDone: false, slot: 2 * i + 1 },
    ]);
    const ids: string[] = [];

    beforeAll(async () => {
      const { hospital, book } = clinic('idempotent');
      await book(30);
      for (const { trouble, isDone, slot } of cases) {
        hospital.next({ trouble, isDone });
        ids.push((await book(slot)).body.id as string);
      }
      await untilEnded(ids, 60_000);
    });

    it.each(cases.map((each, i) => ({ ...each, i })))(
      '$trouble, booked: $isDone: the same once more is a yes, and one booking',
      async ({ i }) => {
        const id = ids[i] ?? '';
        const { hospital } = clinic('idempotent');

        expect(await read(id)).toMatchObject({ status: 'SCHEDULED', appointmentId: hospital.bookingsOf(id)[0]?.id, revision: 1 });
        expect(hospital.bookingsOf(id)).toHaveLength(1);
        expect(await ended(id)).toMatchObject({ by: 'repeated' });
        expect(await told(id)).toEqual(['booked']);
        const posts = hospital.calls('POST /appointments').filter(request => request.body.includes(id));
        expect(new Set(posts.map(request => `${String(request.headers['idempotency-key'])} ${request.body}`)).size).toBe(1);
      },
    );
  });

  describe('bookings of slots with one seat, where the hospital has neither', () => {
    it('was not booked: the seat is seen free twice, half a minute apart, and it has failed', async () => {
      const { hospital, book } = clinic('oneSeat');
      hospital.next({ trouble: 'timeout', isDone: false });
      const { body: pending } = await book(0);

      await untilEnded([pending.id], 90_000);

      expect(await read(pending.id)).toMatchObject({ status: 'FAILED' });
      expect(await ended(pending.id)).toMatchObject({ by: 'seen-free' });
      expect((await ended(pending.id))?.seconds).toBeGreaterThan(30);
      expect(await told(pending.id)).toEqual(['notBooked']);
      expect(await openClaims(pending.id)).toEqual([]);
      expect(await book(0)).toMatchObject({ status: 201 });
    });

    it('was booked: a seat that is not free proves nothing, and a person is asked; the echo still makes it known', async () => {
      const { hospital, book, webhooks } = clinic('oneSeat');
      hospital.next({ trouble: 'timeout', isDone: true });
      const { body: pending } = await book(1);
      await pass(20_000);
      await pass(20_000);
      expect(await read(pending.id)).toMatchObject({ status: 'PENDING', needsReview: false });

      await pass(20_000);
      await inReview(pending.id);

      expect(await read(pending.id)).toMatchObject({ status: 'PENDING', needsReview: true, reviewReason: 'booking-outcome-unknown' });
      expect(await told(pending.id)).toEqual([]);
      const [made] = hospital.bookingsOf(pending.id);
      await webhooks.sent({
        action: 'scheduled',
        appointment_id: made?.id,
        datetime: made?.start,
        external_reference: pending.id,
        occurred_at: clock.now().toISOString(),
      });
      expect(await read(pending.id)).toMatchObject({
        status: 'SCHEDULED',
        appointmentId: made?.id,
        needsReview: false,
        reviewReason: null,
      });
      expect(await told(pending.id)).toEqual(['booked']);
    });
  });

  it.each(['deaf', 'nothing'] as const)('of a hospital that tells nothing (%s) nothing is believed: a person is asked', async kind => {
    const { hospital, facilityId, book } = clinic(kind);
    await book(30);
    hospital.next({ trouble: 'timeout', isDone: false });
    const { body: pending } = await book(3);
    await pass(20_000);
    await pass(20_000);
    expect(await read(pending.id)).toMatchObject({ status: 'PENDING', needsReview: false });

    await pass(20_000);
    await inReview(pending.id);

    for (let i = 0; i < 3; i++) await pass(30_000);
    const open = await (await fetch(`${hub.url}/metrics`)).text();
    expect(open).toMatch(/hub_unknown_outcomes\{kind="book"\} [1-9]/);
    expect(open).toMatch(/hub_unknown_outcomes_oldest_seconds\{kind="book"\} 150/);

    await pass(9 * 60_000);

    expect(await openClaims(pending.id)).toEqual([]);
    expect(await (await fetch(`${hub.url}/metrics`)).text()).not.toMatch(/hub_unknown_outcomes_oldest_seconds\{kind="book"\} [1-9]/);
    expect((await timeline(pending.id)).filter(({ type }) => type === 'review-needed')).toHaveLength(1);
    const { body: queue } = await hub.call('GET', `/facilities/${facilityId}/appointments?needsReview=true`);
    expect(queue.data).toMatchObject([{ id: pending.id, status: 'PENDING', reviewReason: 'booking-outcome-unknown' }]);
    const { body: rest } = await hub.call('GET', `/facilities/${facilityId}/appointments?needsReview=false`);
    expect(rest.data).toHaveLength(1);
    const metrics = await (await fetch(`${hub.url}/metrics`)).text();
    expect(metrics).toMatch(/hub_appointments_needing_review [1-9]/);

    const reviewed = await hub.call('POST', `/appointments/${pending.id}/reviewed`, { note: 'Not there, asked by phone' });

    expect(reviewed).toMatchObject({ status: 200, body: { needsReview: false, reviewReason: null, status: 'PENDING' } });
    expect((await timeline(pending.id)).at(-1)).toMatchObject({
      type: 'reviewed',
      source: 'platform',
      before: { code: 'booking-outcome-unknown' },
      reference: expect.any(String),
      note: 'Not there, asked by phone',
    });
    const [stored] = await hub.sql<{ note_sealed: string }>(
      `select note_sealed from appointment_event where type = 'reviewed' and appointment_id = $1`,
      [pending.id],
    );
    expect(stored?.note_sealed).not.toContain('phone');
  });

  it('whoever has looked is not asked again, though nothing has told it by its deadline', async () => {
    const { hospital, book } = clinic('nothing');
    hospital.next({ trouble: 'timeout', isDone: false });
    const { body: pending } = await book(5);
    for (let i = 0; i < 3; i++) await pass(20_000);
    await inReview(pending.id);
    await hub.call('POST', `/appointments/${pending.id}/reviewed`, {});

    await pass(10 * 60_000);
    expect(await ended(pending.id)).toBeNull();
    await pass(24 * 3_600_000);

    expect(await ended(pending.id)).toMatchObject({ by: 'needs-review' });
    expect(await read(pending.id)).toMatchObject({ status: 'PENDING', needsReview: false });
  });

  it('its process dies before the call: found, and told as not booked', async () => {
    const { hospital, book } = clinic('list');
    const before = hospital.bookings.length;
    const dead = hang(hub.app.get(HospitalCalls), 'book');
    void book(20).catch(() => undefined);
    await eventually('the call is about to be made', () => dead.isReached());
    const id = await newest('list');

    clock.advance(2_000);
    await adopted(id);
    await untilEnded([id], 60_000);

    expect(await read(id)).toMatchObject({ status: 'FAILED' });
    expect(hospital.bookings).toHaveLength(before);
    expect((await timeline(id)).map(entry => entry.type)).toEqual(['booking-requested', 'booking-outcome-unknown', 'not-booked']);
    dead.restore();
  });

  it('its process dies after the answer, before it is noted: found, and booked', async () => {
    const { hospital, book } = clinic('list');
    const dead = hang(hub.app.get(BookingSettlement), 'settle');
    const key = randomUUID();
    void book(21, key).catch(() => undefined);
    await eventually('the answer is there', () => dead.isReached());
    const id = await newest('list');

    clock.advance(2_000);
    await adopted(id);
    const replay = await book(21, key);
    await untilEnded([id], 60_000);

    expect(replay).toMatchObject({ status: 202, body: { id, status: 'PENDING' } });
    expect(await read(id)).toMatchObject({ status: 'SCHEDULED', appointmentId: hospital.bookingsOf(id)[0]?.id });
    expect(hospital.bookingsOf(id)).toHaveLength(1);
    expect(await told(id)).toEqual(['booked']);
    dead.restore();
  });

  it('the process that looks dies in its repeat: another copy goes on, and one booking is made', async () => {
    const { hospital, book } = clinic('idempotent');
    hospital.next({ trouble: 'reset', isDone: false });
    const { body: pending } = await book(20);
    const key = { facilityId: clinic('idempotent').facilityId, attemptId: await attemptOf(pending.id) };
    const other = await startHub({ besides: hub, clock });
    try {
      const dying = hang(other.app.get(HospitalCalls), 'book');
      clock.advance(3_000);
      void asWorker(other.app.get(MikroORM).em, () => other.app.get(ReconciliationService).look(key));
      await eventually('its repeat is written down', () => dying.isReached());

      // Its lease and its call's deadline go by; whoever takes the job next does the work. The dead one takes none.
      dying.restore();
      await untilEnded([pending.id], 60_000);
    } finally {
      await other.close();
    }

    expect(await read(pending.id)).toMatchObject({ status: 'SCHEDULED' });
    expect(hospital.bookingsOf(pending.id)).toHaveLength(1);
    const attempts = await hub.sql('select outcome from upstream_attempt where appointment_id = $1', [pending.id]);
    expect(attempts.length).toBeGreaterThan(2);
    expect(attempts.every(({ outcome }) => outcome === 'yes')).toBe(true);
  });

  it('is looked at by one copy at a time, and what a look that was overtaken would write is not written', async () => {
    const { hospital, book, facilityId } = clinic('nothing');
    hospital.next({ trouble: 'reset', isDone: true });
    const { body: pending } = await book(10);
    const key = { facilityId, attemptId: await attemptOf(pending.id) };
    const repository = hub.app.get(UnknownOutcomeRepository);
    const inContext = <T>(work: () => Promise<T>): Promise<T> => asWorker(hub.app.get(MikroORM).em, work);
    // By hand, before the cron's next tick can see it: no time has passed for it.
    const later = (seconds: number): Date => new Date(clock.now().getTime() + seconds * 1_000);

    const [first, rival] = await Promise.all([
      inContext(() => repository.claim(key, later(5))),
      inContext(() => repository.claim(key, later(5))),
    ]);
    const second = await inContext(() => repository.claim(key, later(25)));
    const slow = first ?? rival;
    if (!slow || !second) throw new Error('Nobody has claimed it');
    await inContext(() => hub.app.get(BookingResolution).notBooked(slow, 'seen-free'));

    expect([first, rival].filter(claimed => claimed !== null)).toHaveLength(1);
    expect(await read(pending.id)).toMatchObject({ status: 'PENDING' });
    await inContext(() => hub.app.get(BookingResolution).notBooked(second, 'seen-free'));
    expect(await read(pending.id)).toMatchObject({ status: 'FAILED' });
  });

  it('canceled by the staff before the booking itself was heard of: its seat is not claimed for ever', async () => {
    const { hospital, book, webhooks } = clinic('nothing');
    hospital.next({ trouble: 'timeout', isDone: true });
    const { body: pending } = await book(23);
    const [made] = hospital.bookingsOf(pending.id);
    if (!made) throw new Error('Nothing was booked');
    made.status = 'canceled';

    const event = { action: 'canceled', appointment_id: made.id, external_reference: pending.id, occurred_at: clock.now().toISOString() };
    await webhooks.sent(event);

    expect(await read(pending.id)).toMatchObject({ status: 'CANCELED' });
    expect(await openClaims(pending.id)).toHaveLength(0);
  });

  it('a hospital that is back just when the time is over still has its second list read: it was not booked, and no person is asked', async () => {
    const { hospital, book } = clinic('list');
    hospital.next({ trouble: 'timeout', isDone: false });
    const { body: pending } = await book(11);
    hospital.isAway = true;
    await pass(10 * 60_000 - 20_000);

    hospital.isAway = false;
    await untilEnded([pending.id], 120_000);

    expect(await ended(pending.id)).toMatchObject({ by: 'not-listed' });
    expect(await read(pending.id)).toMatchObject({ status: 'FAILED', needsReview: false });
  });

  it.each([
    ['was booked', 31, true, 'listed', { status: 'SCHEDULED', needsReview: false, reviewReason: null }],
    ['was not', 28, false, 'not-listed', { status: 'FAILED', needsReview: false, reviewReason: null }],
  ])(
    'a hospital that is away for an hour: a person is asked, and its list tells when it is back (%s)',
    async (_, slot, isDone, by, expected) => {
      const { hospital, book } = clinic('list');
      hospital.next({ trouble: 'timeout', isDone });
      const { body: pending } = await book(slot);
      hospital.isAway = true;
      for (let minutes = 0; minutes < 60; minutes += 5) await pass(5 * 60_000);
      expect(await read(pending.id)).toMatchObject({ status: 'PENDING', needsReview: true, reviewReason: 'booking-outcome-unknown' });
      const posts = hospital.calls('POST /appointments').length;

      hospital.isAway = false;
      await untilEnded([pending.id], 5 * 60_000);

      expect(await ended(pending.id)).toMatchObject({ by });
      expect(await read(pending.id)).toMatchObject(expected);
      expect(hospital.calls('POST /appointments')).toHaveLength(posts);
      expect(await told(pending.id)).toEqual([isDone ? 'booked' : 'notBooked']);
    },
  );

  it('a booking that is a person\u2019s is not sent again, though a repeated create books once', async () => {
    const { hospital, book } = clinic('idempotent');
    hospital.next({ trouble: 'timeout', isDone: false });
    const { body: pending } = await book(21);
    hospital.isAway = true;
    for (let minutes = 0; minutes < 12; minutes += 3) await pass(3 * 60_000);
    expect(await read(pending.id)).toMatchObject({ status: 'PENDING', needsReview: true });

    hospital.isAway = false;
    await pass(3 * 60_000);

    expect(hospital.bookingsOf(pending.id as string)).toEqual([]);
    expect(await read(pending.id)).toMatchObject({ status: 'PENDING' });
  });

  it('a hospital that is away is asked seldom, and heard of soon after it is back', async () => {
    const { hospital, book } = clinic('list');
    // Not so many resets in a row that the hub leaves it alone before it is away.
    hospital.next(...Array.from({ length: 8 }, (_, i) => ({ trouble: i % 4 === 3 ? 'another-id' : 'reset', isDone: true }) as const));
    const ids: string[] = [];
    for (const slot of [12, 13, 14, 15, 24, 25, 26, 27]) ids.push((await book(slot)).body.id as string);
    hospital.isAway = true;
    const before = hospital.requests.length;
    for (let i = 0; i < 12; i++) await pass(10_000);
    const asked = hospital.requests.length - before;

    hospital.isAway = false;
    await untilEnded(ids, 60_000);

    expect(asked).toBeLessThanOrEqual(12);
    for (const id of ids) expect(await read(id)).toMatchObject({ status: 'SCHEDULED' });
  });

  it('a list proves nothing of what has begun: many show no visit that is over', async () => {
    const { hospital, book } = clinic('list');
    hospital.next({ trouble: 'timeout', isDone: false });
    const { body: pending } = await book(20);
    await hub.sql('update appointment set start_at = $2 where id = $1', [pending.id, clock.now()]);

    for (let i = 0; i < 4; i++) await pass(20_000);
    expect(await read(pending.id)).toMatchObject({ status: 'PENDING' });
    await pass(10 * 60_000);

    expect(await read(pending.id)).toMatchObject({ status: 'PENDING', needsReview: true });
  });

  describe('changes', () => {
    const change = (id: string, kind: 'reschedule' | 'cancel', body: object): Promise<Answer> =>
      hub.call('PUT', `/appointments/${id}/${kind}`, body);
    let slot = 32;
    async function booked(kind: keyof typeof KINDS): Promise<{ id: string; externalId: string }> {
      const { status, body } = await clinic(kind).book(slot++);
      expect(status).toBe(201);
      return { id: body.id as string, externalId: body.appointmentId as string };
    }

    it.each<[keyof typeof KINDS, boolean, string]>([
      ['list', true, 'listed'],
      ['list', false, 'repeated'],
      ['nothing', true, 'repeated'],
      ['nothing', false, 'repeated'],
    ])('a reschedule at a hospital of kind %s, done: %s: known, and told once', async (kind, isDone, by) => {
      const { hospital } = clinic(kind);
      const { id, externalId } = await booked(kind);
      hospital.next({ trouble: 'timeout', isDone });
      const target = modelStart(12 + (slot % 4));
      expect(await change(id, 'reschedule', { start: target })).toMatchObject({
        status: 202,
        body: { pendingChange: { kind: 'reschedule' } },
      });

      await untilEnded([id], 60_000);

      expect(await read(id)).toMatchObject({ status: 'SCHEDULED', start: target, revision: 2, pendingChange: null, needsReview: false });
      expect(Date.parse(hospital.bookings.find(b => b.id === externalId)?.start ?? '')).toBe(Date.parse(target));
      expect(await ended(id)).toMatchObject({ by });
      expect((await timeline(id)).at(-1)).toMatchObject({ type: 'rescheduled', source: 'reconciliation' });
      expect(await told(id)).toEqual(['booked', 'rescheduled']);
    });

    it('a cancel that was done: "already canceled" to its repeat is a yes, with the reason it was given', async () => {
      const { hospital } = clinic('nothing');
      const { id, externalId } = await booked('nothing');
      hospital.next({ trouble: 'reset', isDone: true });
      expect(await change(id, 'cancel', { reason: 'Travelling' })).toMatchObject({ status: 202 });

      await untilEnded([id], 60_000);

      expect(await read(id)).toMatchObject({ status: 'CANCELED', reason: 'Travelling', revision: 2, pendingChange: null });
      expect(hospital.bookings.find(b => b.id === externalId)?.status).toBe('canceled');
      expect(await told(id)).toEqual(['booked', 'canceled']);
      const bodies = hospital.calls('PUT /appointments/:id/cancel').filter(request => request.path.includes(externalId));
      expect(new Set(bodies.map(request => request.body)).size).toBe(1);
      expect(bodies.length).toBeGreaterThan(1);
    });

    /** While the hospital answers, as if this process stood still: another look begins. */
    async function overtakenLook(id: string, key: { facilityId: string; attemptId: string }): Promise<void> {
      const records = hub.app.get(HospitalRecordsService);
      let isOvertaken = false;
      const overtaking = jest.spyOn(records, 'findBooked').mockImplementation(async (...question) => {
        const looked = await findBooked(...question);
        const rivalAt = new Date(clock.now().getTime() + 25_000);
        isOvertaken = (await hub.app.get(UnknownOutcomeRepository).claim(key, rivalAt)) !== null;
        return looked;
      });
      const findBooked = HospitalRecordsService.prototype.findBooked.bind(records);
      await eventually('another look has begun', async () => {
        await pass(2_000);
        return isOvertaken;
      });
      overtaking.mockRestore();
      expect(await ended(id)).toBeNull();
    }

    it('a look that another overtook writes the yes that it has seen, and leaves the end to the other', async () => {
      const { hospital, facilityId } = clinic('list');
      const { id } = await booked('list');
      hospital.next({ trouble: 'reset', isDone: true });
      expect(await change(id, 'cancel', {})).toMatchObject({ status: 202 });

      await overtakenLook(id, { facilityId, attemptId: await attemptOf(id, 'cancel') });

      expect(await read(id)).toMatchObject({ status: 'CANCELED', pendingChange: null });
      await untilEnded([id], 90_000);
      expect(await ended(id)).toMatchObject({ by: 'event' });
      expect(await told(id)).toEqual(['booked', 'canceled']);
    });

    it('a look that another overtook does not end what it cannot tell', async () => {
      const { hospital, facilityId } = clinic('list');
      const { id } = await booked('list');
      hospital.next({ trouble: 'reset', isDone: false }, { trouble: 'reset', isDone: false });
      expect(await change(id, 'cancel', {})).toMatchObject({ status: 202 });

      await overtakenLook(id, { facilityId, attemptId: await attemptOf(id, 'cancel') });

      expect(await read(id)).toMatchObject({ status: 'SCHEDULED', pendingChange: { kind: 'cancel' } });
      await untilEnded([id], 90_000);
      expect(await read(id)).toMatchObject({ status: 'CANCELED', pendingChange: null });
    });

    it('whoever stood still between taking a look and reading what was seen has lost it', async () => {
      const { hospital, facilityId } = clinic('list');
      const { id } = await booked('list');
      hospital.next({ trouble: 'timeout', isDone: false });
      await change(id, 'cancel', {});
      const key = { facilityId, attemptId: await attemptOf(id, 'cancel') };
      const repository = hub.app.get(UnknownOutcomeRepository);
      const later = (seconds: number): Date => new Date(clock.now().getTime() + seconds * 1_000);
      const em = hub.app.get(EntityManager);
      const readRow = em.findOneOrFail.bind(em);
      let rival: unknown;
      const slowly = jest.spyOn(em, 'findOneOrFail').mockImplementationOnce(async (...question) => {
        rival = await repository.claim(key, later(25));
        return readRow(...question);
      });

      const slow = await asWorker(hub.app.get(MikroORM).em, () => repository.claim(key, later(5)));
      slowly.mockRestore();

      expect(rival).toMatchObject({ attemptId: key.attemptId });
      expect(slow).toBeNull();
      await untilEnded([id], 90_000);
    });

    it('a reschedule whose target cannot be said any more is never sent as a cancel: a person is asked in the end', async () => {
      const { hospital } = clinic('nothing');
      const { id } = await booked('nothing');
      hospital.next({ trouble: 'reset', isDone: false });
      expect(await change(id, 'reschedule', { start: modelStart(19) })).toMatchObject({ status: 202 });
      await hub.sql('update appointment set appointment_type_id = null where id = $1', [id]);
      const canceled = hospital.calls('PUT /appointments/:id/cancel').length;

      for (let i = 0; i < 3; i++) await pass(20_000);
      await pass(15 * 60_000);
      await inReview(id);

      expect(hospital.calls('PUT /appointments/:id/cancel')).toHaveLength(canceled);
      expect(await read(id)).toMatchObject({ status: 'SCHEDULED', reviewReason: 'change-outcome-unknown' });
      expect(await told(id)).toEqual(['booked']);
    });

    it('what fails in the hub itself, look after look, is a person\u2019s in the end, too', async () => {
      const { hospital } = clinic('list');
      const { id } = await booked('list');
      hospital.next({ trouble: 'timeout', isDone: false });
      await change(id, 'cancel', {});
      const failing = jest.spyOn(hub.app.get(HospitalRecordsService), 'findBooked').mockRejectedValue(new Error('Invented'));

      await pass(16 * 60_000);
      await inReview(id);
      failing.mockRestore();

      expect(await ended(id)).toMatchObject({ by: 'needs-review' });
    });

    it('one that is left to a person ends with their look, whatever else it was for', async () => {
      const { hospital } = clinic('nothing');
      const { id } = await booked('nothing');
      await hub.sql(`update appointment set needs_review = true, review_reason = 'order-uncertain' where id = $1`, [id]);
      hospital.isAway = true;
      expect(await change(id, 'cancel', {})).toMatchObject({ status: 202 });
      await pass(16 * 60_000);
      await eventually('it is left to a person', async () => (await ended(id))?.by === 'needs-review');
      hospital.isAway = false;

      await hub.call('POST', `/appointments/${id}/reviewed`, {});

      expect(await read(id)).toMatchObject({ pendingChange: null, needsReview: false, canCancel: { allowed: true } });
    });

    it('a newer one that is still looked for does not end with a person\u2019s look at an older one', async () => {
      const { hospital } = clinic('list');
      const { id } = await booked('list');
      await hub.sql(`update appointment set needs_review = true, review_reason = 'change-outcome-unknown' where id = $1`, [id]);
      hospital.next({ trouble: 'reset', isDone: true });
      expect(await change(id, 'cancel', {})).toMatchObject({ status: 202 });

      await hub.call('POST', `/appointments/${id}/reviewed`, {});

      expect(await read(id)).toMatchObject({ pendingChange: { kind: 'cancel' }, needsReview: false });
      await untilEnded([id], 60_000);
      expect(await read(id)).toMatchObject({ status: 'CANCELED', pendingChange: null });
    });

    it.each([
      ['the staff cancel it', { action: 'canceled' }],
      ['the patient checks in', { action: 'queued', queue_number: '7' }],
    ])('%s while the outcome of a move is unknown: the seat that it asked for is not claimed for ever', async (_, told) => {
      const { hospital, webhooks } = clinic('nothing');
      const { id, externalId } = await booked('nothing');
      hospital.next({ trouble: 'timeout', isDone: false });
      expect(await change(id, 'reschedule', { start: modelStart(18) })).toMatchObject({ status: 202 });
      expect(await openClaims(id)).toHaveLength(1);
      clock.advance(5_000);

      await webhooks.sent({ ...told, appointment_id: externalId, occurred_at: clock.now().toISOString() });

      expect(await read(id)).toMatchObject({ pendingChange: null });
      expect(await openClaims(id)).toHaveLength(0);
    });

    describe('that an earlier version forgot, once the database is migrated', () => {
      const forgotten = async (kind: keyof typeof KINDS, endedBy: string): Promise<string> => {
        const { hospital } = clinic(kind);
        const { id } = await booked(kind);
        hospital.next({ trouble: 'reset', isDone: true });
        expect(await change(id, 'cancel', {})).toMatchObject({ status: 202 });
        await hub.sql('update unknown_outcome set ended_at = $2, ended_by = $3 where appointment_id = $1', [id, clock.now(), endedBy]);
        return id;
      };
      const migrated = async (id: string): Promise<void> => {
        const orm = await MikroORM.init(ormOptions(hub.databaseUrl, ENTITIES, 'migrations'));
        const migrations = ['Migration20261128120000_forgotten_changes'];
        await orm.migrator.down({ migrations });
        await orm.migrator.up({ migrations });
        await orm.close();
        // By the hub's clock, which is not the database's here.
        await hub.sql('update unknown_outcome set next_look_at = $2 where appointment_id = $1', [id, clock.now()]);
      };

      it('is looked for again', async () => {
        const id = await forgotten('list', 'listed');

        await migrated(id);
        await untilEnded([id], 60_000);

        expect(await read(id)).toMatchObject({ status: 'CANCELED', pendingChange: null });
      });

      it('is not sent again when its time is over: it is a person\u2019s', async () => {
        const id = await forgotten('nothing', 'listed');
        clock.advance(3_600_000);
        const sent = clinic('nothing').hospital.calls('PUT /appointments/:id/cancel').length;

        await migrated(id);
        await pass(1_000);
        await inReview(id);

        expect(await read(id)).toMatchObject({ pendingChange: { kind: 'cancel' }, reviewReason: 'change-outcome-unknown' });
        expect(clinic('nothing').hospital.calls('PUT /appointments/:id/cancel')).toHaveLength(sent);
      });

      it('that a person had looked at for another reason is asked about once more, and then ends', async () => {
        const id = await forgotten('nothing', 'needs-review');

        await migrated(id);

        expect(await read(id)).toMatchObject({ needsReview: true, reviewReason: 'change-outcome-unknown' });
        await hub.call('POST', `/appointments/${id}/reviewed`, {});
        expect(await read(id)).toMatchObject({ pendingChange: null, needsReview: false });
      });
    });

    it('one that is a person\u2019s, and that the staff overtake, is theirs for that', async () => {
      const { webhooks } = clinic('list');
      const { id, externalId } = await booked('list');
      clinic('list').hospital.next({ trouble: 'reset', isDone: false });
      await change(id, 'cancel', {});
      await hub.sql(`update appointment set needs_review = true, review_reason = 'change-outcome-unknown' where id = $1`, [id]);
      clock.advance(5_000);

      await webhooks.sent({
        action: 'rescheduled',
        appointment_id: externalId,
        datetime: modelStart(16),
        occurred_at: clock.now().toISOString(),
      });

      expect(await read(id)).toMatchObject({ pendingChange: null, needsReview: true, reviewReason: 'change-overtaken' });
    });

    it('the hospital changes it meanwhile: no repeat goes over that', async () => {
      const { hospital, webhooks } = clinic('nothing');
      const { id, externalId } = await booked('nothing');
      hospital.next({ trouble: 'server-error', isDone: false });
      await change(id, 'reschedule', { start: modelStart(17) });
      const before = hospital.calls('PUT /appointments/:id/reschedule').length;

      await webhooks.sent({
        action: 'rescheduled',
        appointment_id: externalId,
        datetime: modelStart(18),
        occurred_at: clock.now().toISOString(),
      });
      await untilEnded([id], 60_000);

      expect(await read(id)).toMatchObject({
        start: modelStart(18),
        pendingChange: null,
        needsReview: true,
        reviewReason: 'change-overtaken',
      });
      expect(hospital.calls('PUT /appointments/:id/reschedule')).toHaveLength(before);
    });

    it('nothing is heard for a quarter of an hour: a person is asked, and no other change goes on top until they have looked', async () => {
      const { hospital } = clinic('nothing');
      const { id } = await booked('nothing');
      hospital.isAway = true;
      const { body: pending } = await change(id, 'cancel', { reason: 'Travelling' });
      for (let i = 0; i < 4; i++) await pass(60_000);
      expect(await read(id)).toMatchObject({ pendingChange: { kind: 'cancel' }, needsReview: false });

      await pass(15 * 60_000);
      await inReview(id);

      expect(pending).toMatchObject({ pendingChange: { kind: 'cancel' } });
      expect(await read(id)).toMatchObject({
        pendingChange: { kind: 'cancel' },
        needsReview: true,
        reviewReason: 'change-outcome-unknown',
      });
      expect(await change(id, 'cancel', {})).toMatchObject({ status: 409, body: { code: 'change-in-progress' } });
      hospital.isAway = false;
      await hub.call('POST', `/appointments/${id}/reviewed`, {});
      expect(await read(id)).toMatchObject({ pendingChange: null, needsReview: false, canCancel: { allowed: true } });
      expect(await change(id, 'cancel', {})).toMatchObject({ status: 200, body: { status: 'CANCELED' } });
    });
  });

  it('never is a request booked twice', () => {
    for (const { hospital } of clinics) {
      const references = hospital.bookings.map(booking => booking.reference);
      expect(new Set(references).size).toBe(references.length);
    }
  });

  async function inReview(id: string): Promise<void> {
    await eventually('a person is asked', async () => (await read(id)).needsReview as boolean);
  }

  async function newest(kind: keyof typeof KINDS): Promise<string> {
    const [row] = await hub.sql<{ id: string }>('select id from appointment where facility_id = $1 order by id desc limit 1', [
      clinic(kind).facilityId,
    ]);
    return row?.id ?? '';
  }

  async function attemptOf(appointmentId: string, kind: 'book' | 'cancel' = 'book'): Promise<string> {
    const sql = 'select id from upstream_attempt where appointment_id = $1 and kind = $2 order by id limit 1';
    const [row] = await hub.sql<{ id: string }>(sql, [appointmentId, kind]);
    return row?.id ?? '';
  }

  /** Sooner or later a sweep finds it. */
  async function adopted(appointmentId: string): Promise<void> {
    await eventually('the lost call is found', async () => {
      await hub.app.get(ReconciliationCron).tick();
      return (await hub.sql('select 1 from unknown_outcome where appointment_id = $1', [appointmentId])).length > 0;
    });
  }
});
