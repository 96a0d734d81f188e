import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { asWorker } from '../../src/database/worker-context.js';
import { AvailabilityService } from '../../src/availability/availability.service.js';
import { SlotClaimsService } from '../../src/availability/slot-claims.service.js';
import type { OfferedLookup } from '../../src/availability/slot-lookup.service.js';
import { CalendarsService } from '../../src/calendars/calendars.service.js';
import { eventually } from '../support/eventually.js';
import { startHub, type TestHub } from '../support/hub.js';
import { startScene, type Scene } from './a-month.js';

const NINE = '2026-03-09T09:00:00+08:00';
const TEN = '2026-03-09T10:00:00+08:00';

describe('A slot that this copy knows without a wait', () => {
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
    scene.clock.advance(10 * 60_000);
    scene.offers({ 'cal-1': [`${NINE} x2`] });
    await scene.month();
  });

  const listed = async (start: string): Promise<OfferedLookup | null> => {
    const { app } = scene.hub;
    const facility = { id: scene.facilityId, timezone: 'Asia/Manila' };
    const { calendarId, appointmentTypeId } = scene.ids();
    const bookable = await app.get(CalendarsService).getBookable(facility, calendarId, appointmentTypeId);
    return app.get(AvailabilityService).findListedSlot(bookable, new Date(start));
  };

  it('is one of the listing that it read last, whatever was claimed since', async () => {
    const em = scene.hub.app.get(EntityManager);
    const { calendarId } = scene.ids();
    await asWorker(em, () =>
      em.transactional(() =>
        scene.hub.app
          .get(SlotClaimsService)
          .claim(scene.facilityId, calendarId, { startAt: new Date(NINE), seats: 2, listedAt: scene.clock.now() }, randomUUID()),
      ),
    );

    expect(await listed(NINE)).toMatchObject({ start: new Date(NINE), seats: 2, freshness: { source: 'cache' } });
    expect(await listed(TEN)).toBeNull();
  });

  it('is none after five minutes', async () => {
    scene.clock.advance(5 * 60_000);
    const known = await listed(NINE);
    scene.clock.advance(1);

    expect(known).not.toBeNull();
    expect(await listed(NINE)).toBeNull();
  });

  it('is none that has begun', async () => {
    scene.offers({ 'cal-1': ['2026-03-01T08:00:00+08:00', NINE] });
    scene.clock.advance(60_000);
    await scene.month();

    expect(await listed('2026-03-01T08:00:00+08:00')).toBeNull();
    expect(await listed(NINE)).not.toBeNull();
  });

  it('is none once another copy has read a newer listing', async () => {
    scene.clock.advance(60_000);
    await scene.month({}, other);

    expect(await eventually('the older listing is dropped', async () => (await listed(NINE)) === null)).toBe(true);
  });

  it('is none once the facility has changed', async () => {
    await scene.hub.call('PATCH', `/facilities/${scene.facilityId}`, { name: 'Another name' });

    expect(await listed(NINE)).toBeNull();
  });
});
