import { readFileSync } from 'node:fs';
import { CLAUSES } from '../../src/conformance/clauses.js';
import { conformanceCommand } from '../../src/conformance/command.js';
import { createFacility } from '../support/factories.js';
import { eventually } from '../support/eventually.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { aPatient, syncedCalendars } from '../support/journey.js';
import { startMinimalScheduler, type MinimalScheduler } from './a-minimal-scheduler.js';
import { aRecordingProxy, exchangeProblems, type RecordingProxy } from './recording-proxy.js';
import { SchedulerApiCheck } from './scheduler-api.js';

describe("The minimal scheduling system that was written from the vendor's guide", () => {
  const check = new SchedulerApiCheck();
  const target = { origin: '' };
  let hub: TestHub;
  let hospital: MinimalScheduler;
  let calls: RecordingProxy;
  let events: RecordingProxy;
  let facilityId: string;
  let ids: Record<'calendarId' | 'appointmentTypeId', string>;
  let starts: string[];

  beforeAll(async () => {
    calls = await aRecordingProxy(target, '/api/v1');
    hub = await startHub({ config: { upstreamAllowedHosts: [calls.host] } });
    events = await aRecordingProxy({ origin: hub.url }, '/api/v1/webhooks');
    const auth = { scheme: 'basic', userId: 'test-user', apiKey: 'test-upstream-key' };
    const scheduler = { connector: 'botmd', baseUrl: `${calls.url}/api/v1`, auth };
    facilityId = await createFacility(hub, { baseUrl: '' }, { scheduler });
    const { body: facility } = await hub.call('GET', `/facilities/${facilityId}`);
    const { body: rotated } = await hub.call('POST', `/facilities/${facilityId}/webhook-secret`);
    const { pathname } = new URL((facility as { webhook: { url: string } }).webhook.url);
    hospital = await startMinimalScheduler({ url: events.url + pathname, secret: (rotated as { secret: string }).secret });
    target.origin = new URL(hospital.baseUrl).origin;
    const calendar = (await syncedCalendars(hub, facilityId)).find(({ externalId }) => externalId === 'dr-test');
    ids = { calendarId: calendar?.id ?? '', appointmentTypeId: calendar?.appointmentTypes[0]?.id ?? '' };
    // Far enough that no cutoff passes meanwhile.
    const query = new URLSearchParams({ ...ids, from: new Date(Date.now() + 2 * 86_400_000).toISOString() });
    const { body } = await hub.call('GET', `/facilities/${facilityId}/availability/next?${query.toString()}`);
    starts = (body as { data: { start: string }[] }).data.map(({ start }) => start);
  });
  afterAll(async () => {
    await hospital.close();
    await events.close();
    await hub.close();
    await calls.close();
  });

  const book = (start: string | undefined, key: string, phone: string): Promise<Answer> =>
    hub.call('POST', `/facilities/${facilityId}/appointments`, { contact: aPatient({ phone }), ...ids, start }, { 'idempotency-key': key });
  const told = (action: string): Promise<string> =>
    eventually(`${action} is told`, () => events.exchanges.find(({ request }) => request.body.includes(`"${action}"`))?.request.body);

  it('is small', () => {
    expect(readFileSync('examples/minimal-scheduler/server.mjs', 'utf8').split('\n').length).toBeLessThanOrEqual(120);
  });

  /** What a run says of each clause, and its exit code. A hospital of its own: what others book meanwhile would disturb it. */
  const certified = async (apiKey: string): Promise<{ code: number; outcomes: Map<string, string> }> => {
    const alone = await startMinimalScheduler();
    const lines: string[] = [];
    const print = (text: string): void => void lines.push(text);
    const code = await conformanceCommand(['--base-url', alone.baseUrl, '--user-id', alone.auth.userId, '--api-key', apiKey], {
      print,
      complain: print,
      signal: new AbortController().signal,
    }).finally(() => alone.close());
    const told = lines.map(line => /^(\w+) +([A-Z]+-\d+) /.exec(line)).filter(match => match !== null);
    return { code, outcomes: new Map(told.map(([, outcome = '', clause = '']) => [clause, outcome])) };
  };

  it('is certified: each clause is ok but the two that need a slot before the cutoff', async () => {
    const { code, outcomes } = await certified('test-upstream-key');

    const needsOne = ['MOVE-7', 'CANCEL-5'];
    expect(code).toBe(0);
    expect([...outcomes.keys()].sort()).toEqual(Object.keys(CLAUSES).sort());
    expect([...outcomes].filter(([clause, outcome]) => outcome !== 'ok' && !needsOne.includes(clause))).toEqual([]);
  });

  it('is not certified with another key', async () => {
    const { code, outcomes } = await certified('test-other-key');

    expect([code, outcomes.get('AUTH-1')]).toEqual([1, 'FAIL']);
  });

  it('passes the connection check', async () => {
    const { body } = await hub.call('POST', `/facilities/${facilityId}/connection-check`);

    const checks = (body as { endpoints: { endpoint: string; ok: boolean | null }[] }).endpoints;
    expect(checks.filter(({ ok }) => ok === true).map(({ endpoint }) => endpoint)).toEqual([
      'GET calendars',
      'GET availability',
      'GET appointments',
    ]);
  });

  it('plays journeys 1, 3 and 2 with a hub, and echoes each', async () => {
    const booked = await book(starts[0], 'minimal-1', '0917 000 0001');
    const id = String(booked.body.id);
    const moved = await hub.call('PUT', `/appointments/${id}/reschedule`, { start: starts[1] });
    const canceled = await hub.call('PUT', `/appointments/${id}/cancel`, { reason: 'Travelling' });
    const echoes = [await told('scheduled'), await told('rescheduled'), await told('cancelled')];

    expect([booked.status, moved.status, canceled.status]).toEqual([201, 200, 200]);
    expect(canceled.body).toMatchObject({ status: 'CANCELED', start: starts[1] });
    expect(echoes.map(echo => JSON.parse(echo) as unknown)).toEqual(
      Array.from({ length: 3 }, () => expect.objectContaining({ external_reference: id })),
    );
    expect(events.exchanges.map(({ answer }) => answer.status)).toEqual([202, 202, 202]);
  });

  it('gives one seat to one', async () => {
    const asked = {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('test-user:test-upstream-key')}`, 'content-type': 'application/json' },
    };
    const body = { calendar_id: 'dr-test', appointment_type_id: 'consultation', datetime: starts[2], patient: { name: 'Testa Inventada' } };

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => fetch(`${hospital.baseUrl}/appointments`, { ...asked, body: JSON.stringify(body) })),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
  });

  it('says all of it as it is documented', () => {
    expect(exchangeProblems(check, { calls, events })).toEqual([]);
    expect([...check.seen]).toEqual(expect.arrayContaining(['createAppointment 201', 'cancelAppointment 200', 'appointmentCreated 202']));
  });
});
