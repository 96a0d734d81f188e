import type { ServerResponse } from 'node:http';
import { MikroORM } from '@mikro-orm/core';
import { asWorker } from '../../src/database/worker-context.js';
import { CalendarSyncCron } from '../../src/calendars/calendar-sync.cron.js';
import { CalendarSyncService } from '../../src/calendars/calendar-sync.service.js';
import { eventually } from '../support/eventually.js';
import { createFacility } from '../support/factories.js';
import { answerJson, startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { startHub, type TestHub } from '../support/hub.js';
import { calendarsOf, createSyncedFacility, finished, forceSync, heldBack, runsOf, settle } from './calendar-syncs.js';

const NOWHERE = '01999c5e-0000-7000-8000-00000000dead';

describe('Runs of the calendar sync', () => {
  let hospital: FakeHospital;
  let sick: FakeHospital;
  let hub: TestHub;
  let copy: TestHub;

  beforeAll(async () => {
    hospital = await startFakeHospital();
    sick = await startFakeHospital();
    hub = await startHub({ config: { upstreamAllowedHosts: [hospital.host, sick.host] } });
    copy = await startHub({ besides: hub });
  });
  afterAll(async () => {
    await sick.close();
    await copy.close();
    await hub.close();
    await hospital.close();
  });
  beforeEach(() => {
    hospital.on('GET /calendars', [{ id: 'a', name: 'Dr. A' }]);
  });

  it('is forced with 202, and listed newest first with its counts, in the zone of the facility', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    hospital.on('GET /calendars', [
      { id: 'a', name: 'Dr. A, renamed' },
      { id: 'b', name: 'Dr. B' },
    ]);

    const forced = await hub.call('POST', `/facilities/${facilityId}/calendar-syncs`);
    await finished(hub, facilityId, forced.body.id);

    expect(forced.status).toBe(202);
    expect(forced.body).toEqual({
      id: expect.any(String),
      status: 'running',
      startedAt: expect.stringMatching(/\+08:00$/),
      finishedAt: null,
      durationMs: null,
      added: 0,
      changed: 0,
      removed: 0,
      unchanged: 0,
      error: null,
    });
    const [newest, oldest] = await runsOf(hub, facilityId);
    expect(newest).toEqual({
      ...forced.body,
      status: 'succeeded',
      startedAt: expect.stringMatching(/\+08:00$/),
      finishedAt: expect.stringMatching(/\+08:00$/),
      durationMs: expect.any(Number),
      added: 1,
      changed: 1,
    });
    expect(oldest).toMatchObject({ added: 1, changed: 0 });
  });

  it('gives the open run to everyone who forces one meanwhile, through any copy', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const list = heldBack(hospital);

    const forced = await Promise.all([hub, copy, hub, copy].map(h => h.call('POST', `/facilities/${facilityId}/calendar-syncs`)));
    list.answer([{ id: 'a', name: 'Dr. A' }]);
    await settle(hub, facilityId);

    expect(forced.map(answer => answer.status)).toEqual([202, 202, 202, 202]);
    expect(new Set(forced.map(answer => answer.body.id)).size).toBe(1);
    expect(await runsOf(hub, facilityId)).toHaveLength(2);
  });

  it('runs each due sync once, with several copies and ticks at the same moment', async () => {
    const facilityIds = await Promise.all(Array.from({ length: 12 }, () => createFacility(hub, hospital)));

    await Promise.all([hub, copy, hub, copy].map(h => h.app.get(CalendarSyncCron).tick()));

    for (const facilityId of facilityIds) {
      const runs = await settle(hub, facilityId);
      expect(runs.map(run => run.status)).toEqual(['succeeded']);
    }
  });

  it('comes again after the interval, not before', async () => {
    const facilityId = await createSyncedFacility(hub, hospital, { calendarSync: { intervalMinutes: 5 } });

    const [due] = await hub.sql<{ minutes: number }>(
      `select extract(epoch from calendar_sync_due_at - now())::float / 60 as minutes from facility where id = $1`,
      [facilityId],
    );
    expect(due?.minutes).toBeGreaterThan(4);
    expect(due?.minutes).toBeLessThanOrEqual(5);

    expect(await settle(hub, facilityId)).toHaveLength(1);
    await hub.sql(`update facility set calendar_sync_due_at = now() - interval '1 second' where id = $1`, [facilityId]);
    expect(await settle(hub, facilityId)).toHaveLength(2);
  });

  it('of a hospital that hangs delays no other', async () => {
    const held = heldBack(sick);
    const hanging = await Promise.all(Array.from({ length: 6 }, () => createFacility(hub, sick)));
    await hub.app.get(CalendarSyncCron).tick();
    await eventually('the sick hospital is asked', () => held.isAsked());

    const healthy = await Promise.all(Array.from({ length: 6 }, () => createSyncedFacility(hub, hospital)));

    for (const facilityId of healthy) expect(await calendarsOf(hub, facilityId)).toHaveLength(1);
    expect((await runsOf(hub, hanging[0] ?? '')).map(run => run.status)).toEqual(['running']);
    held.answer([{ id: 'a', name: 'Dr. A' }]);
    for (const facilityId of hanging) await settle(hub, facilityId);
  });

  it('is interrupted when its worker was lost, and the next takes its place', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const insert = `insert into calendar_sync (id, facility_id, status, started_at, added, changed, removed, unchanged)
                    values ($1, $2, 'running', now() - interval '1 hour', 0, 0, 0, 0)`;
    const lost = '01999c5e-0000-7000-8000-000000000001';
    await hub.sql(insert, [lost, facilityId]);
    // What the lookup sees of a facility are its last runs, by id.
    await hub.sql(`delete from calendar_sync where facility_id = $1 and id <> $2`, [facilityId, lost]);

    const next = await forceSync(hub, facilityId);

    expect(next).toMatchObject({ status: 'succeeded', unchanged: 1 });
    expect((await runsOf(hub, facilityId)).find(run => run.id === lost)).toMatchObject({
      status: 'failed',
      error: { code: 'interrupted' },
    });
  });

  it('is not done twice: a run that is finished stays as it is', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const [run] = await runsOf(hub, facilityId);
    const calls = hospital.calls('GET /calendars').length;

    const orm = hub.app.get(MikroORM);
    await asWorker(orm.em, () => hub.app.get(CalendarSyncService).run({ facilityId, id: run?.id ?? '' }, new AbortController().signal));

    expect(hospital.calls('GET /calendars')).toHaveLength(calls);
    expect(await runsOf(hub, facilityId)).toEqual([run]);
  });

  it.each([
    ['the first has its answer', 0, [{ id: 'a', name: 'Dr. A, as it was' }]],
    ['the first hears that the hospital fails', 0, null],
    ['it has its own', 1, [{ id: 'a', name: 'Dr. A, as it was' }]],
  ])('is applied once where two workers carry it out, by the last to have begun, though %s before', async (_, sooner, old) => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const [row] = await hub.sql<{ id: string }>(
      `update calendar_sync set status = 'running', finished_at = null where facility_id = $1 returning id`,
      [facilityId],
    );
    const waiting: ServerResponse[] = [];
    hospital.on('GET /calendars', (_: unknown, response: ServerResponse) => {
      waiting.push(response);
    });
    const run = (on: TestHub): Promise<void> =>
      asWorker(on.app.get(MikroORM).em, () =>
        on.app.get(CalendarSyncService).run({ facilityId, id: row?.id ?? '' }, new AbortController().signal),
      );
    const workers = [run(hub)];
    await eventually('the first asks', () => waiting.length === 1);
    workers.push(run(copy));
    await eventually('the second asks', () => waiting.length === 2);
    const answers = [old, [{ id: 'a', name: 'Dr. A, renamed' }]];
    const answer = async (which: number): Promise<void> => {
      const [response, list] = [waiting[which], answers[which]];
      if (response) answerJson(response, list ? 200 : 500, list ?? {});
      await workers[which];
    };

    await answer(sooner);
    await answer(1 - sooner);

    expect((await calendarsOf(hub, facilityId)).map(calendar => [calendar.name, calendar.removedAt])).toEqual([['Dr. A, renamed', null]]);
    expect(await runsOf(hub, facilityId)).toMatchObject([{ status: 'succeeded', added: 0, changed: 1, removed: 0 }]);
  });

  it('is left open for the queue when its worker is told to stop', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const [row] = await hub.sql<{ id: string }>(
      `update calendar_sync set status = 'running', finished_at = null where facility_id = $1 returning id`,
      [facilityId],
    );
    const orm = hub.app.get(MikroORM);
    const run = (signal: AbortSignal): Promise<void> =>
      asWorker(orm.em, () => hub.app.get(CalendarSyncService).run({ facilityId, id: row?.id ?? '' }, signal));

    await expect(run(AbortSignal.abort(new Error('stopping')))).rejects.toThrow('stopping');
    expect(await runsOf(hub, facilityId)).toMatchObject([{ status: 'running' }]);
    await run(new AbortController().signal);

    expect(await runsOf(hub, facilityId)).toMatchObject([{ status: 'succeeded', unchanged: 1 }]);
  });

  it('records a failure of the hub itself without saying more than that', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    await hub.sql(`update facility_secret set value_sealed = 'broken' where facility_id = $1`, [facilityId]);
    await hub.sql(`update facility set version = version + 1 where id = $1`, [facilityId]);

    const run = await forceSync(hub, facilityId);

    expect(run).toMatchObject({ status: 'failed', error: { code: 'internal-error', message: expect.not.stringContaining('broken') } });
  });

  it('is refused for a deactivated facility, which is not due either', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    await hub.call('DELETE', `/facilities/${facilityId}`);
    await hub.sql(`update facility set calendar_sync_due_at = now() - interval '1 second' where id = $1`, [facilityId]);

    const forced = await hub.call('POST', `/facilities/${facilityId}/calendar-syncs`);

    expect(forced).toMatchObject({ status: 409, body: { code: 'facility-inactive' } });
    expect(await settle(hub, facilityId)).toHaveLength(1);
  });

  it.each(['GET', 'POST'])('of an unknown facility is answered 404 on %s', async method => {
    expect(await hub.call(method, `/facilities/${NOWHERE}/calendar-syncs`)).toMatchObject({
      status: 404,
      body: { code: 'facility-not-found' },
    });
  });
});
