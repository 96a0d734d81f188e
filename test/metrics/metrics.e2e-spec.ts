import http from 'node:http';
import { startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { createFacility } from '../support/factories.js';
import { eventually } from '../support/eventually.js';
import { startHub, type TestHub } from '../support/hub.js';
import { JOURNEY_NOW, syncedCalendars } from '../support/journey.js';
import { TestClock } from '../support/test-clock.js';
import { anEvent, createSender, type Sender } from '../webhooks/sender.js';
import { familiesOf, valueOf } from './exposition.js';
import { metricProblems } from './metrics-lint.js';

const MONTH_ROUTE = '/api/v1/facilities/:facilityId/availability';
const WEBHOOK_ROUTE = '/api/v1/webhooks/:token';
/** A path id in capitals is understood, but not by the short way. */
const LONG_WAY = (url: string): string => url.replace(/calendarId=([^&]+)/, (_, id: string) => `calendarId=${id.toUpperCase()}`);
const FAILURES_TO_OPEN = 5;

describe('What there is to watch', () => {
  let clock: TestClock;
  let hospital: FakeHospital;
  let hub: TestHub;
  let facilityId: string;
  let month: string;
  let sender: Sender;

  beforeAll(async () => {
    clock = new TestClock(JOURNEY_NOW);
    hospital = await startFakeHospital();
    hospital.on('GET /calendars', [
      { id: 'c1', name: 'Dr. Test', timezone: 'Asia/Manila', appointmentTypes: [{ id: 't1', name: 'Visit', durationMinutes: 30 }] },
    ]);
    hospital.on('GET /availability', [{ date: '2026-10-05', slots: ['09:00', '10:00'] }]);
    hub = await startHub({ clock, config: { upstreamAllowedHosts: [hospital.host] } });
    facilityId = await createFacility(hub, hospital);
    const [calendar] = await syncedCalendars(hub, facilityId);
    const place = { calendarId: calendar?.id ?? '', appointmentTypeId: calendar?.appointmentTypes[0]?.id ?? '' };
    month = `/facilities/${facilityId}/availability?${new URLSearchParams({ month: '2026-10', ...place }).toString()}`;
    sender = await createSender(hub, () => clock.now());
    await hub.call('GET', month);
    await sender.send(anEvent());
  });
  afterAll(async () => {
    await hub.close();
    await hospital.close();
  });

  const scrape = async (): Promise<string> => (await fetch(`${hub.url}/metrics`)).text();
  const requests = async (labels: Record<string, string>): Promise<number> =>
    valueOf(await scrape(), 'hub_http_request_duration_seconds_count', labels) ?? 0;
  const routesOf = (text: string): Set<string> =>
    new Set(familiesOf(text).flatMap(({ samples }) => samples.flatMap(({ labels: { route } }) => route ?? [])));
  const call = (method: string, path: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const request = http.request(hub.url + path, { method }, response => {
        response.resume().once('end', () => {
          resolve(response.statusCode ?? 0);
        });
      });
      request.once('error', reject).end();
    });

  it('is named as Prometheus asks, and has labels of few values', async () => {
    expect(metricProblems(familiesOf(await scrape()))).toEqual([]);
  });

  describe('of requests', () => {
    it.each<[string, string, () => Promise<unknown>]>([
      ['a month from memory', MONTH_ROUTE, () => hub.call('GET', month)],
      ['a month that goes the long way', MONTH_ROUTE, () => hub.call('GET', LONG_WAY(month))],
      ['a webhook that is well', WEBHOOK_ROUTE, () => sender.send(anEvent())],
      ['a webhook that goes the long way', WEBHOOK_ROUTE, () => sender.post('{}', {})],
    ])('counts each once: %s', async (_, route, send) => {
      const count = async (): Promise<number> => {
        const all = familiesOf(await scrape()).flatMap(({ samples }) => samples);
        const counts = all.filter(({ name, labels }) => name === 'hub_http_request_duration_seconds_count' && labels['route'] === route);
        return counts.reduce((sum, { value }) => sum + value, 0);
      };
      const before = await count();

      await send();

      expect(await count()).toBe(before + 1);
    });

    it('has one word for all paths that are none of its routes, and one for all methods that it does not know', async () => {
      const labels = { method: 'GET', route: 'unmatched', status: '4xx' };
      const [before, routes] = [await requests(labels), routesOf(await scrape())];

      for (let i = 0; i < 20; i++) await Promise.all([call('GET', `/api/v1/random-${i}`), call('GET', `/random-${i}`)]);
      await call('PROPFIND', '/random');

      expect(await requests(labels)).toBe(before + 40);
      expect(await requests({ ...labels, method: 'other' })).toBe(1);
      expect([...routesOf(await scrape())].filter(route => !routes.has(route))).toEqual(['unmatched']);
    });

    it('tells apart those whose caller went before the answer', async () => {
      const labels = { method: 'GET', route: MONTH_ROUTE, status: 'aborted' };
      const asked = Promise.withResolvers<http.ServerResponse>();
      hospital.on('GET /availability', (_request, response) => {
        asked.resolve(response);
      });
      const request = http.get(`${hub.url}/api/v1${month.replace('2026-10', '2027-12')}`, {
        headers: { authorization: `Bearer ${hub.config.adminApiKey ?? ''}` },
      });
      request.once('error', () => undefined);

      const held = await asked.promise;
      request.destroy();

      await eventually('it is counted', async () => (await requests(labels)) > 0);
      held.end('[]');
      expect(await requests(labels)).toBe(1);
      hospital.on('GET /availability', []);
    });
  });

  it('tells of the sync how old the oldest calendars are, and how many are overdue', async () => {
    const [row] = await hub.sql<{ at: Date }>('select calendars_fresh_at as at from facility where id = $1', [facilityId]);
    await hub.sql(`update facility set calendars_fresh_at = $1 where id <> $2`, [clock.now(), facilityId]);
    const fresh = await scrape();
    const late = new Date(clock.now().getTime() - 3 * 60 * 60_000 - 1_000);
    await hub.sql('update facility set calendars_fresh_at = $1 where id = $2', [late, facilityId]);
    const stale = await scrape();
    await hub.sql(`update facility set status = 'inactive' where id = $1`, [facilityId]);
    const inactive = await scrape();
    await hub.sql(`update facility set status = 'live', calendars_fresh_at = $1 where id = $2`, [clock.now(), facilityId]);

    const told = (text: string): (number | undefined)[] =>
      ['hub_calendar_sync_oldest_age_seconds', 'hub_calendar_sync_overdue'].map(name => valueOf(text, name));
    expect(row?.at).toEqual(clock.now());
    expect([fresh, stale, inactive].map(told)).toEqual([
      [0, 0],
      [3 * 60 * 60 + 1, 1],
      [0, 0],
    ]);
  });

  it('tells of jobs how they ended and what waits, and of pools what is free', async () => {
    const ran = await eventually('the sync is counted', async () => {
      const text = await scrape();
      return (valueOf(text, 'hub_jobs_total', { queue: 'calendar-sync', outcome: 'completed' }) ?? 0) > 0 && text;
    });
    // Nobody works on it: it lies there.
    await hub.sql(`select pgboss.create_queue('nobodys', '{"policy":"standard"}')`);
    await hub.sql(
      `insert into pgboss.job (name, data, start_after, created_on) values ('nobodys', '{}', now() - interval '1 hour', now() - interval '2 hours')`,
    );
    const waiting = await scrape();
    await hub.sql(`select pgboss.delete_queue('nobodys')`);

    expect(valueOf(ran, 'hub_jobs_total', { queue: 'calendar-sync', outcome: 'failed' })).toBe(0);
    expect(valueOf(ran, 'hub_queue_jobs', { queue: 'webhook-dead', state: 'ready' })).toBe(0);
    expect(valueOf(ran, 'hub_queue_oldest_ready_seconds', { queue: 'webhook-dead' })).toBe(0);
    expect(Math.floor((valueOf(waiting, 'hub_queue_oldest_ready_seconds', { queue: 'nobodys' }) ?? 0) / 60)).toBe(60);
    expect(['requests', 'jobs'].map(pool => valueOf(ran, 'hub_database_pool_size', { pool }))).toEqual([20, 4]);
    expect(valueOf(ran, 'hub_database_pool_waiting', { pool: 'requests' })).toBe(0);
    expect(valueOf(ran, 'hub_database_pool_connections', { pool: 'requests', state: 'idle' })).toBeGreaterThan(0);
  });

  it('tells of webhooks how long they waited to be decided, once each', async () => {
    const before = valueOf(await scrape(), 'hub_webhook_apply_lag_seconds_count') ?? 0;
    const { body } = await sender.send(anEvent());
    const { id } = await sender.decided(body.id as string);
    const after = await eventually('it is counted', async () => {
      const text = await scrape();
      return (valueOf(text, 'hub_webhook_apply_lag_seconds_count') ?? 0) > before && text;
    });
    await hub.sql(`update webhook_event set outcome = 'rejected', reason = 'not-decided' where id = $1`, [id]);
    const replayed = valueOf(after, 'hub_webhook_decided_total', { outcome: 'applied' }) ?? 0;
    await hub.call('POST', `/webhook-events/${id}/replay`);
    await eventually('it is decided again', async () => {
      const counts = familiesOf(await scrape()).find(({ name }) => name === 'hub_webhook_decided_total')?.samples ?? [];
      const sum = counts.reduce((all, { value }) => all + value, 0);
      return (
        sum >
        (familiesOf(after).find(({ name }) => name === 'hub_webhook_decided_total')?.samples ?? []).reduce(
          (all, { value }) => all + value,
          0,
        )
      );
    });

    expect(replayed).toBeGreaterThan(0);
    expect(valueOf(await scrape(), 'hub_webhook_apply_lag_seconds_count')).toBe(before + 1);
  });

  // The last: the hospital stays away.
  it('names a hospital once it fails, and only then', async () => {
    const before = await scrape();
    hospital.on('GET /availability', (_request, response) => {
      response.writeHead(500).end();
    });
    for (let i = 0; i < FAILURES_TO_OPEN; i++) await hub.call('GET', month.replace('2026-10', `2027-0${i + 1}`));
    const after = await scrape();

    const failed = { facility: facilityId, outcome: 'failed' };
    expect(before).not.toContain(facilityId);
    expect(valueOf(after, 'hub_hospital_calls_by_facility_total', failed)).toBeGreaterThanOrEqual(FAILURES_TO_OPEN);
    expect(valueOf(after, 'hub_hospital_breaker_open', { facility: facilityId })).toBe(1);
    expect(valueOf(after, 'hub_hospital_breakers', { state: 'open' })).toBe(1);
    expect(valueOf(after, 'hub_hospital_call_duration_seconds_count', { call: 'availability' })).toBeGreaterThanOrEqual(FAILURES_TO_OPEN);
    expect(metricProblems(familiesOf(after))).toEqual([]);
  });
});
