import { answerJson, startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { startHub, type TestHub } from '../support/hub.js';
import { calendarOf, calendarsOf, createSyncedFacility, forceSync, rowVersions, runsOf, settle } from './calendar-syncs.js';

const consult = { id: 'consult', name: 'Consultation', durationMinutes: 20 };
const drA = { id: 'a', name: 'Dr. A' };
const drB = { id: 7, calendar_name: 'Dr. B', timezone: 'Asia/Tokyo', appointment_types: [consult] };

describe('Initial setup: calendar sync', () => {
  let hospital: FakeHospital;
  let hub: TestHub;

  beforeAll(async () => {
    hospital = await startFakeHospital();
    hub = await startHub({ config: { upstreamAllowedHosts: [hospital.host] } });
  });
  afterAll(async () => {
    await hub.close();
    await hospital.close();
  });
  beforeEach(() => {
    hospital.on('GET /calendars', [drA, drB]);
  });

  it('fetches and stores the calendars with their types, and a default type where the hospital keeps none', async () => {
    const facilityId = await createSyncedFacility(hub, hospital, { defaultAppointmentType: { name: 'Visit', durationMinutes: 15 } });

    const [run] = await runsOf(hub, facilityId);
    expect(run).toMatchObject({ status: 'succeeded', added: 2, changed: 0, removed: 0, unchanged: 0, error: null });
    expect(await calendarOf(hub, facilityId, 'a')).toEqual({
      id: expect.any(String),
      externalId: 'a',
      name: 'Dr. A',
      description: null,
      timezone: null,
      enabled: true,
      removedAt: null,
      lastSyncedAt: run?.finishedAt,
      appointmentTypes: [{ id: expect.any(String), externalId: null, name: 'Visit', durationMinutes: 15, isDefault: true }],
    });
    expect(await calendarOf(hub, facilityId, '7')).toMatchObject({
      name: 'Dr. B',
      timezone: 'Asia/Tokyo',
      lastSyncedAt: expect.stringMatching(/\+09:00$/),
      appointmentTypes: [{ externalId: 'consult', name: 'Consultation', durationMinutes: 20, isDefault: false }],
    });
  });

  it('keeps two facilities with the same ids of the hospital apart', async () => {
    const first = await createSyncedFacility(hub, hospital);
    const second = await createSyncedFacility(hub, hospital);

    const ids = [...(await calendarsOf(hub, first)), ...(await calendarsOf(hub, second))].flatMap(c => [
      c.id,
      ...c.appointmentTypes.map(t => t.id),
    ]);

    expect(new Set(ids).size).toBe(8);
  });

  it('marks a calendar that vanished, and brings it back under its id', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const before = await calendarOf(hub, facilityId, 'a');

    hospital.on('GET /calendars', [drB]);
    expect(await forceSync(hub, facilityId)).toMatchObject({ status: 'succeeded', removed: 1, unchanged: 1 });
    const gone = await calendarOf(hub, facilityId, 'a');
    hospital.on('GET /calendars', [drA, drB]);
    expect(await forceSync(hub, facilityId)).toMatchObject({ status: 'succeeded', added: 1, unchanged: 1 });

    expect(gone.removedAt).toMatch(/\+08:00$/);
    expect(await calendarOf(hub, facilityId, 'a')).toEqual({ ...before, lastSyncedAt: expect.any(String) });
  });

  it('replaces the default type when real ones come, and brings the same back when they go', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const { appointmentTypes: before } = await calendarOf(hub, facilityId, 'a');

    hospital.on('GET /calendars', [{ ...drA, appointmentTypes: [consult] }, drB]);
    expect(await forceSync(hub, facilityId)).toMatchObject({ changed: 1, unchanged: 1 });
    const { appointmentTypes: real } = await calendarOf(hub, facilityId, 'a');
    hospital.on('GET /calendars', [drA, drB]);
    await forceSync(hub, facilityId);

    expect(real).toEqual((await calendarOf(hub, facilityId, '7')).appointmentTypes);
    expect((await calendarOf(hub, facilityId, 'a')).appointmentTypes).toEqual(before);
  });

  it('renames the default types when the settings change', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const { appointmentTypes: before } = await calendarOf(hub, facilityId, 'a');

    await hub.call('PATCH', `/facilities/${facilityId}`, { defaultAppointmentType: { name: 'Visit' } });
    await settle(hub, facilityId);

    const { appointmentTypes: after } = await calendarOf(hub, facilityId, 'a');
    expect(after).toEqual([{ ...before[0], name: 'Visit' }]);
  });

  it('changes nothing when the list is empty where it was full', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const before = await rowVersions(hub, facilityId);

    hospital.on('GET /calendars', []);
    const run = await forceSync(hub, facilityId);

    expect(run).toMatchObject({ status: 'failed', added: 0, changed: 0, removed: 0, unchanged: 0, error: { code: 'upstream-empty' } });
    expect(await rowVersions(hub, facilityId)).toEqual(before);
  });

  it.each<[string, string, Parameters<FakeHospital['on']>[1]]>([
    ['a server error', 'upstream-error', (_: unknown, response) => answerJson(response, 500, {})],
    ['a refused key', 'upstream-credentials-refused', (_: unknown, response) => answerJson(response, 401, {})],
    [
      'HTML',
      'upstream-invalid-response',
      (_: unknown, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>'),
    ],
    [
      'truncated JSON',
      'upstream-invalid-response',
      (_: unknown, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('[{"id":1,"na'),
    ],
    ['a zone that is none', 'upstream-invalid-response', [{ ...drA, timezone: 'Mars/Phobos' }]],
    ['a calendar without id', 'upstream-invalid-response', [drB, { name: 'Nobody' }]],
    ['a NUL character', 'upstream-invalid-response', [{ ...drA, name: 'A\0B' }]],
    [
      'a second page that fails',
      'upstream-error',
      ({ query }, response) =>
        query.has('page')
          ? answerJson(response, 500, {})
          : response
              .writeHead(200, { 'content-type': 'application/json', link: '<?page=2>; rel="next"' })
              .end(JSON.stringify([{ id: 'new', name: 'New' }])),
    ],
  ])('changes nothing after %s, and records why', async (_, code, answer) => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const before = await rowVersions(hub, facilityId);
    const lastSyncedAt = (await calendarOf(hub, facilityId, 'a')).lastSyncedAt;

    hospital.on('GET /calendars', answer);
    const run = await forceSync(hub, facilityId);

    expect(run).toMatchObject({
      status: 'failed',
      finishedAt: expect.any(String),
      durationMs: expect.any(Number),
      added: 0,
      unchanged: 0,
      error: { code },
    });
    expect(JSON.stringify(run)).not.toContain('test-upstream-key');
    expect(await rowVersions(hub, facilityId)).toEqual(before);
    expect((await calendarOf(hub, facilityId, 'a')).lastSyncedAt).toBe(lastSyncedAt);
  });

  it('follows all pages', async () => {
    hospital.on('GET /calendars', ({ query }, response) => {
      response.writeHead(200, { 'content-type': 'application/json', ...(query.has('page') ? {} : { link: '<?page=2>; rel="next"' }) });
      response.end(JSON.stringify([query.has('page') ? drB : drA]));
    });

    const facilityId = await createSyncedFacility(hub, hospital);

    expect((await calendarsOf(hub, facilityId)).map(c => c.externalId).sort()).toEqual(['7', 'a']);
  });

  it('writes no calendar and no type when nothing has changed', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const before = await rowVersions(hub, facilityId);

    expect(await forceSync(hub, facilityId)).toMatchObject({ status: 'succeeded', added: 0, changed: 0, removed: 0, unchanged: 2 });

    expect(await rowVersions(hub, facilityId)).toEqual(before);
  });

  it('asks conditionally, and writes nothing on "not modified"', async () => {
    answerWithEtag(hospital, '"v1"');
    const facilityId = await createSyncedFacility(hub, hospital);
    const before = await rowVersions(hub, facilityId);

    expect(await forceSync(hub, facilityId)).toMatchObject({ status: 'succeeded', added: 0, changed: 0, removed: 0, unchanged: 2 });
    expect(await forceSync(hub, facilityId)).toMatchObject({ status: 'succeeded', unchanged: 2 });

    expect(
      hospital
        .calls('GET /calendars')
        .slice(-3)
        .map(call => call.headers['if-none-match']),
    ).toEqual([undefined, '"v1"', '"v1"']);
    expect(await rowVersions(hub, facilityId)).toEqual(before);
  });

  it('sends the tag of the list that was applied, not of one that was refused', async () => {
    answerWithEtag(hospital, '"v1"');
    const facilityId = await createSyncedFacility(hub, hospital);

    hospital.on('GET /calendars', (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json', etag: '"empty"' }).end('[]'),
    );
    await forceSync(hub, facilityId);
    answerWithEtag(hospital, '"v1"');
    await forceSync(hub, facilityId);

    expect(hospital.calls('GET /calendars').at(-1)?.headers['if-none-match']).toBe('"v1"');
  });

  it('asks unconditionally after the settings have changed', async () => {
    answerWithEtag(hospital, '"v1"');
    const facilityId = await createSyncedFacility(hub, hospital);

    await hub.call('PATCH', `/facilities/${facilityId}`, { defaultAppointmentType: { durationMinutes: 45 } });
    await settle(hub, facilityId);

    expect(hospital.calls('GET /calendars').at(-1)?.headers['if-none-match']).toBeUndefined();
    expect((await calendarOf(hub, facilityId, 'a')).appointmentTypes[0]?.durationMinutes).toBe(45);
  });

  it('reads anew when the settings change while it reads', async () => {
    const facilityId = await createSyncedFacility(hub, hospital);
    const callsBefore = hospital.calls('GET /calendars').length;

    hospital.on('GET /calendars', (_, response) => {
      hospital.on('GET /calendars', [drB]);
      void hub
        .call('PATCH', `/facilities/${facilityId}`, { scheduler: { auth: { apiKey: 'another-test-key' } } })
        .then(() => answerJson(response, 200, [drA]));
    });
    await forceSync(hub, facilityId);

    expect(
      hospital
        .calls('GET /calendars')
        .slice(callsBefore, callsBefore + 2)
        .map(call => call.headers.authorization),
    ).toEqual(['Bearer test-upstream-key', 'Bearer another-test-key']);
    expect((await calendarOf(hub, facilityId, 'a')).removedAt).not.toBeNull();
    expect((await calendarOf(hub, facilityId, '7')).removedAt).toBeNull();
  });
});

function answerWithEtag(hospital: FakeHospital, etag: string): void {
  hospital.on('GET /calendars', ({ headers }, response) => {
    if (headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { 'content-type': 'application/json', etag }).end(JSON.stringify([drA, drB]));
  });
}
