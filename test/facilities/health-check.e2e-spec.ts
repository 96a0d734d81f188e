import { HealthCheckCron } from '../../src/operations/health-check.cron.js';
import { createFacility } from '../support/factories.js';
import { answerJson, startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { startHub, type TestHub } from '../support/hub.js';
import { TestClock } from '../support/test-clock.js';
import { settle } from '../calendars/calendar-syncs.js';

const CALENDARS = [{ id: 'a', name: 'Dr. A' }];
const LATE_MS = 60_000;
const SOON_MS = 20_000;

describe('A live facility’s hospital', () => {
  let hospital: FakeHospital;
  let clock: TestClock;
  let hub: TestHub;
  let facilityId: string;

  beforeEach(async () => {
    clock = new TestClock('2026-10-01T00:00:00Z');
    hospital = await startFakeHospital();
    hospital.on('GET /calendars', CALENDARS);
    hospital.on('GET /availability', []);
    hub = await startHub({ clock, config: { upstreamAllowedHosts: [hospital.host] } });
    facilityId = await createFacility(hub, hospital);
    await settle(hub, facilityId);
    hospital.requests.length = 0;
  });
  afterEach(async () => {
    await hub.close();
    await hospital.close();
  });

  const ill = (status = 500): void => {
    hospital.on('GET /calendars', (_request: unknown, response: Parameters<typeof answerJson>[0]) => answerJson(response, status, {}));
  };
  const well = (): void => {
    hospital.on('GET /calendars', CALENDARS);
  };
  const checked = async (afterMs: number): Promise<string> => {
    clock.advance(afterMs);
    await hub.app.get(HealthCheckCron).tick();
    return (await facility())['status'] as string;
  };
  const facility = async (): Promise<Record<string, unknown>> =>
    (await hub.call('GET', `/facilities/${facilityId}`)).body as Record<string, unknown>;
  const fallIll = async (): Promise<void> => {
    ill();
    for (const afterMs of [LATE_MS, SOON_MS, SOON_MS]) await checked(afterMs);
  };

  it('is asked once a minute', async () => {
    await checked(LATE_MS - 1);
    expect(hospital.calls('GET /calendars')).toHaveLength(0);

    expect(await checked(1)).toBe('live');
    await checked(SOON_MS);
    expect(hospital.calls('GET /calendars')).toHaveLength(1);
  });

  it('makes it degraded when three checks in a row fail, and live again when two pass', async () => {
    ill();
    expect([await checked(LATE_MS), await checked(SOON_MS)]).toEqual(['live', 'live']);
    expect(await checked(SOON_MS)).toBe('degraded');
    expect(await facility()).toMatchObject({ statusReason: 'health-check-failed', statusCause: expect.stringMatching(/^upstream-/) });

    well();
    expect(await checked(SOON_MS)).toBe('degraded');
    expect(await checked(SOON_MS)).toBe('live');
    expect(await facility()).toMatchObject({ statusReason: 'health-check-passed', statusCause: null });
    const { body } = await hub.call('GET', `/events?facilityId=${facilityId}&limit=200`);
    expect((body.data as { type: string }[]).filter(e => e.type === 'facility.changed')).toHaveLength(2);
  });

  it('changes nothing by one answer that is lost now and then', async () => {
    for (let round = 0; round < 4; round++) {
      ill();
      expect(await checked(LATE_MS)).toBe('live');
      well();
      expect(await checked(SOON_MS)).toBe('live');
    }
  });

  it('makes it degraded, too, when it refuses the key', async () => {
    ill(401);
    for (const afterMs of [LATE_MS, SOON_MS, SOON_MS]) await checked(afterMs);

    expect(await facility()).toMatchObject({ status: 'degraded', statusCause: 'upstream-credentials-refused' });
  });

  it('is left alone while it asks for that, which says nothing of its health', async () => {
    hospital.on('GET /calendars', (_request: unknown, response: Parameters<typeof answerJson>[0]) => {
      response.setHeader('retry-after', '600');
      answerJson(response, 429, {});
    });

    for (let i = 0; i < 5; i++) expect(await checked(LATE_MS)).toBe('live');
  });

  it('is asked by one of two copies, whose other one knows the status at once', async () => {
    const other = await startHub({ clock, besides: hub });
    clock.advance(LATE_MS);

    await Promise.all([hub.app.get(HealthCheckCron).tick(), other.app.get(HealthCheckCron).tick()]);
    expect(hospital.calls('GET /calendars')).toHaveLength(1);

    await fallIll();
    expect((await other.call('GET', `/facilities/${facilityId}/go-live`)).body).toMatchObject({ status: 'degraded' });
    await other.close();
  });

  it.each(['draft', 'testing', 'inactive'])('is not asked while the facility is %s', async status => {
    await hub.call('PUT', `/facilities/${facilityId}/status`, { status });
    await settle(hub, facilityId);
    hospital.requests.length = 0;

    expect(await checked(LATE_MS)).toBe(status);
    expect(hospital.calls('GET /calendars')).toHaveLength(0);
  });

  it('does not undo what a person sets meanwhile: a degraded facility that is switched off stays so', async () => {
    await fallIll();
    await hub.call('DELETE', `/facilities/${facilityId}`);
    well();

    expect([await checked(SOON_MS), await checked(LATE_MS)]).toEqual(['inactive', 'inactive']);
  });
});
