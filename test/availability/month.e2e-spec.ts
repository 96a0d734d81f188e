import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { createFacility } from '../support/factories.js';
import type { Answer } from '../support/hub.js';
import { CALENDARS, heldBack, startScene, startsOf, type Scene } from './a-month.js';

const NINE = '2026-03-09T09:00:00+08:00';
const TWO = '2026-03-09T14:00:00+08:00';
const TYPES = { 'cal-1': [NINE, TWO], 'cal-2': ['2026-03-10T09:00:00+08:00 x3'] };

describe('The slots of a month', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene.close());
  beforeEach(() => {
    // Whatever an earlier test has left in memory is out of date.
    scene.clock.advance(60_000);
    scene.offers(TYPES);
    scene.hospital.requests.length = 0;
  });

  const untilReason = (reason: string | null): Promise<Answer['body']> =>
    eventually(`the reason is ${String(reason)}`, async () => {
      const { body } = await scene.month();
      return body.emptyReason === reason && body;
    });

  it('are what the hospital offers, by day, in its zone', async () => {
    const answer = await scene.month(scene.ids('cal-2'));

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.body).toEqual({
      month: '2026-03',
      timezone: 'Asia/Manila',
      days: [{ date: '2026-03-10', slots: [{ start: '2026-03-10T09:00:00+08:00', end: '2026-03-10T09:30:00+08:00', available: 3 }] }],
      freshness: { source: 'live', fetchedAt: expect.stringMatching(/^2026-03-01T08:\d\d:00\+08:00$/) as string },
      emptyReason: null,
    });
    expect(Object.fromEntries(scene.calls()[0]?.query ?? [])).toEqual({
      month: '2026-03',
      calendar_id: 'cal-2',
      appointment_type_id: 'type-1',
    });
  });

  it('come from memory for half a minute, then from the hospital again', async () => {
    const live = await scene.month();
    scene.clock.advance(29_999);
    const kept = await scene.month();
    scene.clock.advance(1);
    const again = await scene.month();

    expect([live, kept, again].map(a => a.body.freshness.source)).toEqual(['live', 'cache', 'live']);
    expect(kept.body.freshness.fetchedAt).toBe(live.body.freshness.fetchedAt);
    expect(kept.body.days).toEqual(live.body.days);
    expect(scene.calls()).toHaveLength(2);
  });

  it('lose a slot the moment it begins, from memory too', async () => {
    scene.clock.set('2026-03-09T00:59:50Z');
    const before = await scene.month();
    scene.clock.set('2026-03-09T01:00:00Z');
    const after = await scene.month();

    expect(startsOf(before)).toEqual([NINE, TWO]);
    expect(startsOf(after)).toEqual([TWO]);
    expect(after.body.freshness.source).toBe('cache');
  });

  it('are asked for once by a thousand who want them at the same moment', async () => {
    const held = heldBack(TYPES);
    scene.hospital.on('GET /availability', held.handler);

    const asking = Array.from({ length: 1_000 }, () => scene.month());
    await eventually('the hospital is asked', () => held.waiting() > 0);
    held.letGo();
    const answers = await Promise.all(asking);

    expect(new Set(answers.map(a => a.status))).toEqual(new Set([200]));
    expect(answers.every(a => startsOf(a).includes(TWO))).toBe(true);
    expect(scene.calls()).toHaveLength(1);
  });

  it('are none-offered where the hospital has none', async () => {
    scene.offers({});

    expect((await scene.month()).body).toMatchObject({ days: [], emptyReason: 'none-offered', freshness: { source: 'live' } });
  });

  it('are not asked for where the hub knows why there are none', async () => {
    const past = await scene.month({ month: '2026-02' });
    const notOffered = await scene.month({ appointmentTypeId: scene.ids('cal-2', 'type-2').appointmentTypeId });

    expect(past.body).toMatchObject({ days: [], emptyReason: 'past-month', freshness: { source: 'live' } });
    expect(notOffered.body).toMatchObject({ days: [], emptyReason: 'type-not-offered', freshness: { source: 'live' } });
    expect(scene.calls()).toHaveLength(0);
  });

  it('are not given from memory of a calendar that has been disabled since', async () => {
    const enable = (enabled: boolean): Promise<unknown> =>
      scene.hub.call('PATCH', `/facilities/${scene.facilityId}/calendars/${scene.ids().calendarId}`, { enabled });
    await scene.month();

    await enable(false);
    const disabled = await untilReason('calendar-disabled');
    await enable(true);
    const enabled = await untilReason(null);

    expect(disabled).toMatchObject({ days: [], freshness: { source: 'live' } });
    expect(enabled.days).toHaveLength(1);
  });

  it('are not given from memory of a calendar that the hospital has removed since', async () => {
    await scene.month();

    scene.hospital.on('GET /calendars', CALENDARS.slice(1));
    await scene.hub.call('POST', `/facilities/${scene.facilityId}/calendar-syncs`);
    const removed = await untilReason('calendar-removed');
    scene.hospital.on('GET /calendars', CALENDARS);
    await scene.hub.call('POST', `/facilities/${scene.facilityId}/calendar-syncs`);
    await untilReason(null);

    expect(removed.days).toEqual([]);
  });

  it.each([
    { query: { month: '2026-13' }, field: 'month' },
    { query: { month: '2026-3' }, field: 'month' },
    { query: { calendarId: 'cal-1' }, field: 'calendarId' },
    { query: { appointmentTypeId: '' }, field: 'appointmentTypeId' },
    { query: { calender: 'x' }, field: 'calender' },
  ])('are refused for $query, naming $field', async ({ query, field }) => {
    const answer = await scene.month(query as unknown as Record<string, string>);

    expect(answer).toMatchObject({ status: 400, body: { code: 'validation-failed', errors: [{ field }] } });
  });

  it('are answered alike for ids in capitals', async () => {
    const { calendarId, appointmentTypeId } = scene.ids();

    const answer = await scene.month({ calendarId: calendarId.toUpperCase(), appointmentTypeId: appointmentTypeId.toUpperCase() });

    expect(startsOf(answer)).toEqual([TWO]);
  });

  it('are not there for ids that are unknown, or of another facility', async () => {
    const other = await createFacility(scene.hub, scene.hospital);
    const query = new URLSearchParams({ month: '2026-03', ...scene.ids() }).toString();

    const unknown = await scene.month({ calendarId: randomUUID() });
    const foreign = await scene.hub.call('GET', `/facilities/${other}/availability?${query}`);

    expect(unknown).toMatchObject({ status: 404, body: { code: 'calendar-not-found' } });
    expect(foreign).toMatchObject({ status: 404, body: { code: 'calendar-not-found' } });
  });

  it('are not there, not even from memory, for a key of another facility', async () => {
    const other = await createFacility(scene.hub, scene.hospital);
    const { body: key } = await scene.hub.call('POST', '/api-keys', { name: 'Other', scopes: ['read'], facilityIds: [other] });
    const path = `/facilities/${scene.facilityId}/availability?${new URLSearchParams({ month: '2026-03', ...scene.ids() }).toString()}`;
    await scene.month();

    const answer = await scene.hub.call('GET', path, undefined, { authorization: `Bearer ${key.key}` });

    expect(answer).toMatchObject({ status: 404, body: { code: 'facility-not-found' } });
  });

  it('are refused of a facility that has been switched off, also from memory', async () => {
    await scene.month();

    await scene.hub.call('PATCH', `/facilities/${scene.facilityId}`, { status: 'inactive' });
    const refused = await eventually('the facility is known as inactive', async () => {
      const answer = await scene.month();
      return answer.status !== 200 && answer;
    });
    await scene.hub.call('PATCH', `/facilities/${scene.facilityId}`, { status: 'live' });

    expect(refused).toMatchObject({ status: 409, body: { code: 'facility-inactive' } });
  });
});
