import { guardConnects, type ConnectGuard } from '../faults/connect-guard.js';
import { startFuzzHospital } from '../fuzz/fuzz-hospital.js';
import { fuzz, grouped, type FuzzResult } from '../fuzz/fuzz-session.js';
import { aFacility } from '../support/factories.js';
import type { FakeHospital } from '../support/fake-hospital.js';
import { ADMIN_KEY, startHub, type TestHub } from '../support/hub.js';

const SEED = 1;
const REQUESTS = 300;

/** `npm run fuzz`, short, and by one seed. */
describe('Requests made out of the OpenAPI document', () => {
  let guard: ConnectGuard;
  let hospital: FakeHospital;
  let hub: TestHub;

  beforeAll(async () => {
    guard = guardConnects();
    hospital = await startFuzzHospital();
    hub = await startHub({ config: { upstreamAllowedHosts: [hospital.host] } });
  });
  afterAll(async () => {
    await hub.close();
    await hospital.close();
    guard.undo();
  });

  describe('valid, broken, of wrong types and hostile', () => {
    let result: FuzzResult;

    beforeAll(async () => {
      result = await fuzz(hub, hospital, { seed: SEED, requests: REQUESTS, adminKey: ADMIN_KEY, now: () => new Date() });
    }, 120_000);

    it('get the answers that the document has, and none is taken that it forbids', () => {
      expect(grouped(result.findings)).toEqual([]);
    });

    it('are of every kind, reach most operations, and leave the hub ready', () => {
      expect([...result.statuses.keys()].sort()).toEqual(['hostile', 'one rule broken', 'valid', 'wrong type']);
      expect(result.succeeded.size).toBeGreaterThan(30);
      expect(result.isReady).toBe(true);
      expect(guard.refused).toEqual([]);
    });
  });

  /** What `npm run fuzz` has found, one request each. */
  it.each<[string, string, string, unknown, string]>([
    ['a bell in a key’s name', 'POST', '/api-keys', { name: 'a\u0007b', scopes: ['read'] }, 'invalid-text'],
    ['a key’s name of white space', 'POST', '/api-keys', { name: ' ', scopes: ['read'] }, 'is-length'],
    ['an escape sequence in a facility’s name', 'POST', '/facilities', aFacility({ name: 'a\u001b[31mb' }), 'invalid-text'],
    [
      'a base URL whose host is a hyphen',
      'POST',
      '/facilities',
      aFacility({ scheduler: { connector: 'botmd', baseUrl: 'https://-.com', auth: { scheme: 'bearer', apiKey: 'test-key' } } }),
      'host-malformed',
    ],
  ])('found once: %s is refused', async (_, method, path, body, code) => {
    const answer = await hub.call(method, path, body);

    expect([answer.status, answer.body.errors[0]?.code]).toEqual([400, code]);
  });
});
