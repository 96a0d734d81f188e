import { startFakeHospital, answerJson, type FakeHospital } from '../support/fake-hospital.js';
import { createFacility } from '../support/factories.js';
import { startHub, type TestHub } from '../support/hub.js';

describe('Initial setup: connection check', () => {
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
    hospital.on('GET /calendars', [{ id: 'a', name: 'Dr. A' }]);
    hospital.on('GET /availability', []);
  });

  it('says what works, and books nothing', async () => {
    const facilityId = await createFacility(hub, hospital);

    const { status, body } = await hub.call('POST', `/facilities/${facilityId}/connection-check`);

    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: true, checkedAt: expect.stringMatching(/\+08:00$/), warnings: [] });
    expect(body.endpoints).toContainEqual({
      endpoint: 'GET calendars',
      required: true,
      ok: true,
      httpStatus: 200,
      durationMs: expect.any(Number),
      code: null,
      detail: expect.any(String),
    });
    expect(hospital.requests.every(request => request.method === 'GET')).toBe(true);
  });

  it('says that the key is refused', async () => {
    hospital.on('GET /calendars', (_, response) => answerJson(response, 401, {}));
    const facilityId = await createFacility(hub, hospital);

    const { status, body } = await hub.call('POST', `/facilities/${facilityId}/connection-check`);

    expect(status).toBe(200);
    expect(body.ok).toBe(false);
    expect(body.endpoints).toContainEqual(
      expect.objectContaining({ endpoint: 'GET calendars', ok: false, httpStatus: 401, code: 'upstream-credentials-refused' }),
    );
    expect(JSON.stringify(body)).not.toContain('test-upstream-key');
  });

  it('warns of a key that ends soon', async () => {
    const auth = { scheme: 'bearer', apiKey: 'test-upstream-key', expiresAt: '2020-01-01T00:00:00Z' };
    const facilityId = await createFacility(hub, hospital, { scheduler: { connector: 'botmd', baseUrl: hospital.baseUrl, auth } });

    const { body } = await hub.call('POST', `/facilities/${facilityId}/connection-check`);

    expect(body).toMatchObject({ ok: true, warnings: [{ code: 'key-expired', message: expect.stringContaining('2020-01-01') }] });
  });

  it('uses a new key at once', async () => {
    const facilityId = await createFacility(hub, hospital);
    await hub.call('POST', `/facilities/${facilityId}/connection-check`);

    await hub.call('PATCH', `/facilities/${facilityId}`, { scheduler: { auth: { scheme: 'header', apiKey: 'another-test-key' } } });
    await hub.call('POST', `/facilities/${facilityId}/connection-check`);

    const asked = hospital.calls('GET /calendars').filter(call => call.headers['x-api-key'] !== undefined);
    expect(asked[0]?.headers['x-api-key']).toBe('another-test-key');
  });

  it('is refused for a deactivated facility', async () => {
    const facilityId = await createFacility(hub, hospital);
    await hub.call('DELETE', `/facilities/${facilityId}`);

    expect(await hub.call('POST', `/facilities/${facilityId}/connection-check`)).toMatchObject({
      status: 409,
      body: { code: 'facility-inactive' },
    });
  });
});
