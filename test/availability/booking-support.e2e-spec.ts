import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { asWorker } from '../../src/database/worker-context.js';
import { AvailabilityService } from '../../src/availability/availability.service.js';
import { SlotClaimsService } from '../../src/availability/slot-claims.service.js';
import type { Bookable } from '../../src/calendars/bookable.js';
import { CalendarsService } from '../../src/calendars/calendars.service.js';
import { FacilitiesService } from '../../src/facilities/facilities.service.js';
import type { Facility } from '../../src/facilities/facility.entity.js';
import { eventually } from '../support/eventually.js';
import { failing, startScene, type Scene } from './a-month.js';

const NINE = '2026-03-09T09:00:00+08:00';
const TEN = '2026-03-09T10:00:00+08:00';

describe('What a booking asks of availability', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({ config: { availabilityTimeoutMs: 300 } });
  });
  afterAll(() => scene.close());
  beforeEach(async () => {
    scene.clock.advance(10 * 60_000);
    await scene.hub.sql('delete from availability_snapshot');
    await scene.hub.sql('delete from slot_claim');
    scene.offers({ 'cal-1': [`${NINE} x2`] });
  });

  /** As the booking does: outside any transaction, in a context of its own. */
  const asked = <T>(ask: (availability: AvailabilityService, facility: Facility, bookable: Bookable) => Promise<T>): Promise<T> => {
    const { app } = scene.hub;
    return asWorker(app.get(EntityManager), async () => {
      const facility = await app
        .get(FacilitiesService)
        .getActive({ keyId: 'test', scopes: ['admin'], facilityIds: null }, scene.facilityId);
      const { calendarId, appointmentTypeId } = scene.ids();
      const bookable = await app.get(CalendarsService).getBookable(facility, calendarId, appointmentTypeId);
      return ask(app.get(AvailabilityService), facility, bookable);
    });
  };
  const find = (start: string): ReturnType<AvailabilityService['findSlot']> =>
    asked((a, facility, bookable) => a.findSlot(facility, bookable, new Date(start)));
  const alternatives = (around: string, limit = 3): ReturnType<AvailabilityService['findAlternatives']> =>
    asked((a, facility, bookable) => a.findAlternatives(facility, bookable, new Date(around), limit));

  describe('whether a slot is offered', () => {
    it('is answered live where nothing is known, then from memory for five minutes', async () => {
      const live = await find(NINE);
      scene.hospital.on('GET /availability', failing());
      scene.clock.advance(5 * 60_000);
      const known = await find(NINE);
      scene.clock.advance(1);
      const stale = await find(NINE);

      expect(live).toMatchObject({ kind: 'offered', start: new Date(NINE), end: new Date(Date.parse(NINE) + 1_800_000), seats: 2 });
      expect([live, known, stale].map(answer => 'freshness' in answer && answer.freshness.source)).toEqual(['live', 'cache', 'stale']);
    });

    it('is no, and never was, for a start on no slot', async () => {
      expect(await find(TEN)).toMatchObject({ kind: 'not-offered', wasOffered: false });
    });

    it('is no, but was, for a slot that the hospital offered before', async () => {
      await find(NINE);
      scene.clock.advance(5 * 60_000 + 1);
      scene.offers({ 'cal-1': [TEN] });

      expect(await find(NINE)).toMatchObject({ kind: 'not-offered', wasOffered: true, freshness: { source: 'live' } });
    });

    it('is no, but was, for a slot that is claimed', async () => {
      await asked(async (_a, facility, { calendarId }) =>
        scene.hub.app
          .get(SlotClaimsService)
          .claim(facility.id, calendarId, { startAt: new Date(TEN), seats: 1, listedAt: scene.clock.now() }, randomUUID()),
      );

      expect(await find(TEN)).toMatchObject({ kind: 'not-offered', wasOffered: true });
    });

    it('is no, but was, for a slot that was booked, though the hospital has been asked since', async () => {
      await find(NINE);
      await asked(async (_a, facility, { calendarId }) => {
        const claims = scene.hub.app.get(SlotClaimsService);
        const holder = randomUUID();
        await claims.claim(facility.id, calendarId, { startAt: new Date(NINE), seats: 1, listedAt: scene.clock.now() }, holder);
        await claims.confirm(facility.id, holder, { calendarId, startAt: new Date(NINE) });
      });
      scene.offers({ 'cal-1': [TEN] });
      scene.clock.advance(60_000);
      await scene.month();

      expect(await find(NINE)).toMatchObject({ kind: 'not-offered', wasOffered: true });
    });

    it('is asked for once by all who want one that is not offered', async () => {
      await find(TEN);
      scene.hospital.requests.length = 0;

      for (const late of [0, 1_000, 1_000]) {
        scene.clock.advance(late);
        await find(TEN);
      }
      scene.clock.advance(1);
      const found = await find(TEN);

      expect(found).toMatchObject({ kind: 'not-offered', freshness: { fetchedAt: scene.clock.now() } });
      expect(scene.calls()).toHaveLength(1);
    });

    it('is no for a slot that has begun', async () => {
      expect(await find('2026-03-01T08:00:00+08:00')).toMatchObject({ kind: 'not-offered', wasOffered: false });
    });

    it.each([
      { what: 'nothing is known', isMonthKnown: false },
      { what: 'only other slots are known', isMonthKnown: true },
    ])('is unknown where $what and the hospital fails', async ({ isMonthKnown }) => {
      if (isMonthKnown) await find(NINE);
      scene.clock.advance(10 * 60_000);
      scene.hospital.on('GET /availability', failing());

      const answer = await find(TEN);

      expect(answer).toMatchObject({ kind: 'unknown', error: { code: 'upstream-error', kind: 'upstream-unavailable' } });
    });

    it('does not take part in the transaction of who asks', async () => {
      const { app } = scene.hub;
      const failed = asked((a, facility, bookable) =>
        app.get(EntityManager).transactional(async () => {
          await a.findSlot(facility, bookable, new Date(NINE));
          throw new Error('rolled back');
        }),
      );

      await expect(failed).rejects.toThrow('rolled back');
      // What was read is kept after the answer.
      await eventually('the month is kept', async () => {
        const months = await scene.hub.sql<{ month: string }>('select month from availability_snapshot');
        return months.some(({ month }) => month === '2026-03');
      });
    });
  });

  describe('what else is free', () => {
    it('is the nearest later slots of the calendar, asked for once', async () => {
      scene.offers({ 'cal-1': ['08', '09', '10', '11', '12', '13'].map(hour => `2026-03-09T${hour}:00:00+08:00`) });
      scene.hospital.requests.length = 0;

      const found = await alternatives(TEN);

      expect(found.map(slot => slot.start.slice(11, 16))).toEqual(['11:00', '12:00', '13:00']);
      expect(found[0]).toEqual({
        calendarId: scene.ids().calendarId,
        start: '2026-03-09T11:00:00+08:00',
        end: '2026-03-09T11:30:00+08:00',
      });
      expect(scene.calls()).toHaveLength(1);
    });

    it('is also of the next month, and of the other calendars that offer the type, where that is too few', async () => {
      scene.offers({ 'cal-1': [TEN, '2026-04-01T09:00:00+08:00'], 'cal-2': [TEN] });

      const found = await alternatives(TEN);

      expect(found.map(slot => [slot.calendarId, slot.start])).toEqual([
        [scene.ids('cal-1').calendarId, '2026-04-01T09:00:00+08:00'],
        [scene.ids('cal-2').calendarId, TEN],
      ]);
    });

    it('leaves out what is claimed', async () => {
      scene.offers({ 'cal-1': [TEN, '2026-03-09T11:00:00+08:00', '2026-03-09T12:00:00+08:00'] });
      await asked(async (_a, facility, { calendarId }) =>
        scene.hub.app
          .get(SlotClaimsService)
          .claim(
            facility.id,
            calendarId,
            { startAt: new Date('2026-03-09T11:00:00+08:00'), seats: 1, listedAt: scene.clock.now() },
            randomUUID(),
          ),
      );

      expect((await alternatives(TEN, 1)).map(slot => slot.start)).toEqual(['2026-03-09T12:00:00+08:00']);
    });

    it.each([
      { what: 'fails', handler: failing() },
      { what: 'does not answer in time', handler: () => undefined },
    ])('is nothing where the hospital $what, though slots are known', async ({ handler }) => {
      await find(NINE);
      scene.clock.advance(60_000);
      scene.hospital.on('GET /availability', handler);

      expect(await alternatives(TEN)).toEqual([]);
    });
  });
});
