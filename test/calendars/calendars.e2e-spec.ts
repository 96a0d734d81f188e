import { MikroORM } from '@mikro-orm/core';
import { asWorker } from '../../src/database/worker-context.js';
import type { NotBookableReason } from '../../src/calendars/bookable.js';
import { CalendarsService } from '../../src/calendars/calendars.service.js';
import { Invalidations } from '../../src/database/invalidations.js';
import { eventually } from '../support/eventually.js';
import { startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { startHub, type TestHub } from '../support/hub.js';
import { calendarOf, calendarsOf, createSyncedFacility, forceSync } from './calendar-syncs.js';

const consult = { id: 'consult', name: 'Consultation', durationMinutes: 20 };
const scan = { id: 'scan', name: 'Scan', durationMinutes: 45 };
const LIST = [
  { id: 'a', name: 'Dr. A', appointmentTypes: [scan, consult] },
  { id: 'b', name: 'Dr. B', timezone: 'Asia/Tokyo' },
];
const NOWHERE = '01999c5e-0000-7000-8000-00000000dead';

describe('Calendars', () => {
  let hospital: FakeHospital;
  let hub: TestHub;
  let copy: TestHub;

  beforeAll(async () => {
    hospital = await startFakeHospital();
    hub = await startHub({ config: { upstreamAllowedHosts: [hospital.host] } });
    copy = await startHub({ besides: hub });
  });
  afterAll(async () => {
    await copy.close();
    await hub.close();
    await hospital.close();
  });
  beforeEach(() => {
    hospital.on('GET /calendars', LIST);
  });

  const service = <T>(on: TestHub, use: (calendars: CalendarsService) => Promise<T>): Promise<T> =>
    asWorker(on.app.get(MikroORM).em, () => use(on.app.get(CalendarsService)));

  it('are listed in pages', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const all = await calendarsOf(hub, facilityId);

    const first = await hub.call('GET', `/facilities/${facilityId}/calendars?limit=1`);
    const second = await hub.call('GET', `/facilities/${facilityId}/calendars?limit=1&cursor=${first.body.nextCursor}`);

    expect([...first.body.data, ...second.body.data]).toEqual(all);
    expect(second.body.nextCursor).toBeNull();
  });

  it('are read one by one, with the types by name', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const calendar = await calendarOf(hub, facilityId, 'a');

    const answer = await hub.call('GET', `/facilities/${facilityId}/calendars/${calendar.id}`);

    expect(answer).toMatchObject({ status: 200, body: calendar });
    expect(calendar.appointmentTypes.map(type => type.name)).toEqual(['Consultation', 'Scan']);
  });

  it('are disabled by the operator, and the sync leaves that alone', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const { id } = await calendarOf(hub, facilityId, 'a');

    const patched = await hub.call('PATCH', `/facilities/${facilityId}/calendars/${id}`, { enabled: false });
    hospital.on('GET /calendars', [{ ...LIST[0], name: 'Dr. A, renamed' }]);
    await forceSync(hub, facilityId);

    expect(patched).toMatchObject({ status: 200, body: { id, enabled: false } });
    expect(await calendarOf(hub, facilityId, 'a')).toMatchObject({ name: 'Dr. A, renamed', enabled: false });
  });

  it.each([
    [{ name: 'Mine' }, 'name', 'unknown-field'],
    [{ enabled: 'no' }, 'enabled', 'is-boolean'],
    [{ enabled: null }, 'enabled', 'is-boolean'],
  ])('refuse the change %j', async (body, field, code) => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const { id } = await calendarOf(hub, facilityId, 'a');

    const answer = await hub.call('PATCH', `/facilities/${facilityId}/calendars/${id}`, body);

    expect(answer).toMatchObject({ status: 400, body: { code: 'validation-failed', errors: [{ field, code }] } });
  });

  it('of another facility are answered like those that do not exist', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const other = await createSyncedFacility(hub, hospital);
    const foreign = await calendarOf(hub, other, 'a');

    for (const id of [foreign.id, NOWHERE]) {
      expect(await hub.call('GET', `/facilities/${facilityId}/calendars/${id}`)).toMatchObject({
        status: 404,
        body: { code: 'calendar-not-found' },
      });
      expect(await hub.call('PATCH', `/facilities/${facilityId}/calendars/${id}`, { enabled: false })).toMatchObject({
        status: 404,
        body: { code: 'calendar-not-found' },
      });
    }
    expect((await calendarOf(hub, other, 'a')).enabled).toBe(true);
  });

  it('are not found by a key of another facility, nor synced or checked', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const other = await createSyncedFacility(hub, hospital);
    const { id } = await calendarOf(hub, facilityId, 'a');
    const { body } = await hub.call('POST', '/api-keys', { name: 'other', scopes: ['write'], facilityIds: [other] });
    const headers = { authorization: `Bearer ${body.key}` };

    for (const [method, path, sent] of [
      ['GET', 'calendars'],
      ['GET', `calendars/${id}`],
      ['PATCH', `calendars/${id}`, { enabled: false }],
      ['GET', 'calendar-syncs'],
      ['POST', 'calendar-syncs'],
      ['POST', 'connection-check'],
    ] as const) {
      expect(await hub.call(method, `/facilities/${facilityId}/${path}`, sent, headers)).toMatchObject({
        status: 404,
        body: { code: 'facility-not-found' },
      });
    }
  });

  it('are shown to a key that may read, which may change nothing', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const { id } = await calendarOf(hub, facilityId, 'a');
    const { body } = await hub.call('POST', '/api-keys', { name: 'reader', scopes: ['read'] });
    const headers = { authorization: `Bearer ${body.key}` };

    expect((await hub.call('GET', `/facilities/${facilityId}/calendars`, undefined, headers)).status).toBe(200);
    expect((await hub.call('PATCH', `/facilities/${facilityId}/calendars/${id}`, { enabled: false }, headers)).status).toBe(403);
    expect((await hub.call('POST', `/facilities/${facilityId}/calendar-syncs`, undefined, headers)).status).toBe(403);
  });

  it('say what can be booked, and on every copy stop saying so as soon as it cannot', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const facility = { id: facilityId, timezone: 'Asia/Manila' };
    const { id, appointmentTypes } = await calendarOf(hub, facilityId, 'a');
    const typeId = appointmentTypes[0]?.id ?? '';
    const reasonOn = (on: TestHub): Promise<NotBookableReason | null> =>
      service(on, async calendars => (await calendars.getBookability(facility, id, typeId)).reason);
    const becomes = async (reason: NotBookableReason | null): Promise<void> => {
      for (const on of [hub, copy]) await eventually(`the reason is ${reason}`, async () => (await reasonOn(on)) === reason);
    };
    const heard: (string | null)[] = [];
    copy.app.get(Invalidations).subscribe('calendars', key => heard.push(key));
    await becomes(null);

    await hub.call('PATCH', `/facilities/${facilityId}/calendars/${id}`, { enabled: false });
    await becomes('calendar-disabled');
    await copy.call('PATCH', `/facilities/${facilityId}/calendars/${id}`, { enabled: true });
    await becomes(null);
    hospital.on('GET /calendars', [{ ...LIST[0], appointmentTypes: [scan] }, LIST[1]]);
    await forceSync(hub, facilityId);
    await becomes('type-not-offered');
    hospital.on('GET /calendars', [LIST[1]]);
    await forceSync(hub, facilityId);
    await becomes('calendar-removed');
    expect(heard.filter(key => key === facilityId)).toHaveLength(4);
    await expect(service(hub, calendars => calendars.getBookable(facility, id, typeId))).rejects.toMatchObject({
      kind: 'refused',
      code: 'calendar-removed',
    });
  });

  it('list all that can be booked', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const facility = { id: facilityId, timezone: 'Asia/Manila' };
    const a = await calendarOf(hub, facilityId, 'a');
    const b = await calendarOf(hub, facilityId, 'b');
    const scanId = a.appointmentTypes[1]?.id ?? '';

    const all = await service(hub, calendars => calendars.listBookables(facility));
    const scans = await service(hub, calendars => calendars.listBookables(facility, { appointmentTypeId: scanId }));

    expect(
      all.map(bookable => [bookable.calendarId, bookable.appointmentTypeExternalId, bookable.durationMinutes, bookable.timezone]),
    ).toEqual(
      [
        [a.id, 'consult', 20, 'Asia/Manila'],
        [b.id, null, 30, 'Asia/Tokyo'],
      ].sort(([x], [y]) => (String(x) < String(y) ? -1 : 1)),
    );
    expect(new Map(await service(hub, calendars => calendars.timezonesOf(facility)))).toEqual(
      new Map([
        [a.id, 'Asia/Manila'],
        [b.id, 'Asia/Tokyo'],
      ]),
    );
    expect(scans.map(bookable => [bookable.calendarId, bookable.appointmentTypeId])).toEqual([[a.id, scanId]]);
    await expect(service(hub, calendars => calendars.listBookables(facility, { calendarId: NOWHERE }))).rejects.toMatchObject({
      code: 'calendar-not-found',
    });
    await expect(service(hub, calendars => calendars.listBookables(facility, { appointmentTypeId: NOWHERE }))).rejects.toMatchObject({
      code: 'appointment-type-not-found',
    });
    await expect(service(hub, calendars => calendars.getBookable(facility, a.id, NOWHERE))).rejects.toMatchObject({
      kind: 'not-found',
      code: 'appointment-type-not-found',
    });
  });
});
