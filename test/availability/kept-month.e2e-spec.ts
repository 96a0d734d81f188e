import { MonthAnswersService } from '../../src/availability/month-answers.service.js';
import { startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { createFacility } from '../support/factories.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { JOURNEY_NOW, syncedCalendars } from '../support/journey.js';
import { TestClock } from '../support/test-clock.js';
import { answering, startScene, type Scene } from './a-month.js';

const { jest } = import.meta;

/** A path id in capitals is understood, but not by the short way. */
const LONG_WAY = (url: string): string => url.replace(/calendarId=([^&]+)/, (_, id: string) => `calendarId=${id.toUpperCase()}`);

describe('A month that is kept in memory', () => {
  let hospital: FakeHospital;
  let hub: TestHub;
  let facilityId: string;
  let url: string;
  let readKey: string;

  beforeAll(async () => {
    hospital = await startFakeHospital();
    hospital.on('GET /calendars', [
      { id: 'c1', name: 'Dr. Test', timezone: 'Asia/Manila', appointmentTypes: [{ id: 't1', name: 'Visit', durationMinutes: 30 }] },
    ]);
    hospital.on('GET /availability', [{ date: '2026-10-05', slots: ['09:00', '10:00'] }]);
    hub = await startHub({ clock: new TestClock(JOURNEY_NOW), config: { upstreamAllowedHosts: [hospital.host] } });
    facilityId = await createFacility(hub, hospital);
    const [calendar] = await syncedCalendars(hub, facilityId);
    const query = new URLSearchParams({
      month: '2026-10',
      calendarId: calendar?.id ?? '',
      appointmentTypeId: calendar?.appointmentTypes[0]?.id ?? '',
    });
    url = `/facilities/${facilityId}/availability?${query.toString()}`;
    readKey = (
      (await hub.call('POST', '/api-keys', { name: 'Reader', scopes: ['read'], facilityIds: [facilityId] })).body as { key: string }
    ).key;
  });
  afterAll(async () => {
    await hub.close();
    await hospital.close();
  });

  const get = (path: string, key = readKey): Promise<Answer> => hub.call('GET', path, undefined, { authorization: `Bearer ${key}` });
  const comparable = ({ status, headers, body }: Answer): object => {
    const { date: _date, 'x-request-id': _id, ratelimit = '', ...others } = Object.fromEntries(headers);
    return { status, headers: { ...others, ratelimit: ratelimit.replace(/r=\d+/g, 'r=…') }, body };
  };

  it('is answered the short way as it is the long way', async () => {
    await get(url);
    const short = await get(url);

    const long = await get(LONG_WAY(url));

    expect(short.body).toMatchObject({ freshness: { source: 'cache' }, days: [{ date: '2026-10-05' }] });
    expect(comparable(short)).toEqual(comparable(long));
    expect(short.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(hospital.calls('GET /availability')).toHaveLength(1);
  });

  it.each([
    ['the same', (tag: string) => ({ 'if-none-match': tag }), 304],
    ['the same among others, weak by now', (tag: string) => ({ 'if-none-match': `"other", W/${tag}` }), 304],
    ['another', () => ({ 'if-none-match': '"other"' }), 200],
    ['the same, and bypasses caches', (tag: string) => ({ 'if-none-match': tag, 'cache-control': 'no-cache' }), 304],
  ])('is not sent twice, either way, to who has %s', async (_, headersOf, status) => {
    await get(url);
    const tag = (await get(url)).headers.get('etag') ?? '';
    const headers = { authorization: `Bearer ${readKey}`, ...headersOf(tag) };

    const [short, long] = [await hub.call('GET', url, undefined, headers), await hub.call('GET', LONG_WAY(url), undefined, headers)];

    expect(tag).toMatch(/^"[\w-]{22}"$/);
    expect(short.status).toBe(status);
    expect(short.headers.get('etag')).toBe(tag);
    expect(comparable(short)).toEqual(comparable(long));
  });

  it('gives the caller its own request id back', async () => {
    const id = '01999c5e-0000-7000-8000-000000000009';

    const answer = await hub.call('GET', url, undefined, { authorization: `Bearer ${readKey}`, 'x-request-id': id });

    expect(answer.headers.get('x-request-id')).toBe(id.replaceAll('-', ''));
  });

  it('is not for a key of another facility, nor for one that was revoked', async () => {
    const other = await hub.call('POST', '/facilities', {
      name: 'Test Other',
      timezone: 'Asia/Manila',
      country: 'PH',
      scheduler: { connector: 'botmd', baseUrl: 'https://other.example/api/v1', auth: { scheme: 'bearer', apiKey: 'test-key' } },
    });
    const foreign = (await hub.call('POST', '/api-keys', { name: 'Foreign', scopes: ['read'], facilityIds: [other.body.id] })).body;
    const revoked = (await hub.call('POST', '/api-keys', { name: 'Revoked', scopes: ['read'] })).body;
    expect((await get(url, revoked.key)).status).toBe(200);
    await hub.call('DELETE', `/api-keys/${String(revoked.id)}`);

    expect(await get(url, foreign.key)).toMatchObject({ status: 404, body: { code: 'facility-not-found' } });
    expect(await get(url, foreign.key)).toMatchObject({ status: 404 });
    expect(await get(url, revoked.key)).toMatchObject({ status: 401 });
  });

  it('is refused where a parameter stands twice', async () => {
    expect(await get(`${url}&month=2026-11`)).toMatchObject({ status: 400, body: { code: 'validation-failed' } });
  });

  it('is no longer given when the facility is deactivated', async () => {
    await get(url);
    await hub.call('DELETE', `/facilities/${facilityId}`);

    expect(await get(url)).toMatchObject({ status: 409, body: { code: 'facility-inactive' } });
  });
});

describe('A month that nobody has read', () => {
  const REQUESTS = 60;
  let scene: Scene;
  let readKey: string;
  let readAhead: ReturnType<typeof jest.spyOn>;

  beforeAll(async () => {
    scene = await startScene({ config: { requestsPerKey: REQUESTS } });
    readKey = ((await scene.hub.call('POST', '/api-keys', { name: 'Reader', scopes: ['read'] })).body as { key: string }).key;
    scene.hospital.on('GET /availability', answering({}));
    readAhead = jest.spyOn(scene.hub.app.get(MonthAnswersService), 'readAhead');
  });
  beforeEach(() => {
    readAhead.mockClear();
  });
  afterAll(() => scene.close());

  const get = (month: string, change = (url: string): string => url): Promise<Answer> => {
    const query = new URLSearchParams({ month, ...scene.ids() });
    const url = `/facilities/${scene.facilityId}/availability?${query.toString()}`;
    return scene.hub.call('GET', change(url), undefined, { authorization: `Bearer ${readKey}` });
  };
  const asked = (month: string): number =>
    scene.hospital.calls('GET /availability').filter(({ query }) => query.get('month') === month).length;

  it('is asked for once, ahead of the long way and by it', async () => {
    // By then the key is known in memory.
    await get('2026-04');

    const answers = await Promise.all([get('2026-05'), get('2026-05'), get('2026-05', LONG_WAY)]);

    expect(answers.map(({ status, body }) => [status, body.freshness.source])).toEqual(Array.from({ length: 3 }, () => [200, 'live']));
    expect(asked('2026-05')).toBe(1);
    expect(readAhead).toHaveBeenCalled();
  });

  it.each([
    ['an id is none', (url: string) => url.replace(/calendarId=.{8}/, 'calendarId=nonsense'), 400],
    ['the month is none', (url: string) => url.replace('2026-06', '2026-06-13'), 400],
  ])('is not asked for where %s', async (_, change, status) => {
    expect(await get('2026-06', change)).toMatchObject({ status });
    expect(readAhead).not.toHaveBeenCalled();
  });

  it('is not asked for by a caller whose limit is used up', async () => {
    for (let i = 0; i < REQUESTS; i++) await get('2026-05');
    readAhead.mockClear();

    expect(await get('2026-07')).toMatchObject({ status: 429 });
    expect(readAhead).not.toHaveBeenCalled();
  });
});
