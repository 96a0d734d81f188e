import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { answerJson, startFakeHospital, type FakeHospital } from '../support/fake-hospital.js';
import { aFacility, createFacility } from '../support/factories.js';
import { startHub, type TestHub } from '../support/hub.js';
import { wholeDatabase } from '../support/whole-database.js';

const PLANTED = 'planted-upstream-key-4711';

describe('Facilities', () => {
  let hub: TestHub;
  let hospital: FakeHospital;

  beforeAll(async () => {
    hospital = await startFakeHospital();
    hub = await startHub({ config: { upstreamAllowedHosts: [hospital.host] } });
  });
  afterAll(async () => {
    await hub.close();
    await hospital.close();
  });

  const scheduler = (auth: Record<string, unknown>): Record<string, unknown> => ({ connector: 'botmd', baseUrl: hospital.baseUrl, auth });

  it.each([
    ['basic', { userId: 'hub' }, { userId: 'hub', headerName: null }],
    ['header', {}, { userId: null, headerName: 'X-API-Key' }],
    ['header', { headerName: 'X-Hospital-Key' }, { userId: null, headerName: 'X-Hospital-Key' }],
    ['bearer', {}, { userId: null, headerName: null }],
  ])('connects a hospital by %s %j, and calls it so', async (scheme, given, shown) => {
    const auth = { scheme, apiKey: PLANTED, ...given };

    const made = await hub.call('POST', '/facilities', aFacility({ scheduler: scheduler(auth) }));
    await hub.call('POST', `/facilities/${made.body.id}/connection-check`);

    expect(made.status).toBe(201);
    expect(made.body.scheduler).toEqual({
      connector: 'botmd',
      baseUrl: hospital.baseUrl,
      idempotentCreate: false,
      auth: { scheme, expiresAt: null, ...shown },
    });
    const headers = hospital.requests.at(-1)?.headers;
    const sent = { basic: `Basic ${btoa(`hub:${PLANTED}`)}`, header: PLANTED, bearer: `Bearer ${PLANTED}` }[scheme];
    expect(headers?.[scheme === 'header' ? String(shown.headerName).toLowerCase() : 'authorization']).toBe(sent);
  });

  it('has a default for all that may be left out', async () => {
    const made = await hub.call('POST', '/facilities', aFacility({ timezone: 'asia/manila', locale: 'FIL-ph', status: undefined }));

    expect(made.body).toMatchObject({
      timezone: 'Asia/Manila',
      locale: 'fil-PH',
      status: 'draft',
      policies: {
        reschedule: { mode: 'allowed', cutoffMinutes: 0, phone: null },
        cancel: { mode: 'allowed', cutoffMinutes: 0, phone: null },
      },
      defaultAppointmentType: { name: 'Appointment', durationMinutes: 30 },
      calendarSync: { intervalMinutes: 60 },
      webhook: { scheme: 'standard-webhooks', headerName: null, secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) },
    });
    const read = await hub.call('GET', `/facilities/${made.body.id}`);
    expect(read.body).toEqual({ ...made.body, webhook: { ...made.body.webhook, secret: null } });
  });

  it('lists them newest first, each once, over as many pages as it takes', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift(await createFacility(hub, hospital, { name: `Test Page ${i}` }));
    const seen: string[] = [];

    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await hub.call('GET', `/facilities?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(body.data.length).toBeLessThanOrEqual(2);
      seen.push(...(body.data as { id: string }[]).map(f => f.id));
      cursor = body.nextCursor as string | null;
    }

    expect(seen.slice(0, 5)).toEqual(ids);
    expect(new Set(seen).size).toBe(seen.length);
  });

  describe('refuses', () => {
    it.each([
      ['an offset for a time zone', { timezone: '+08:00' }, 'timezone', 'time-zone'],
      ['a time zone that there is not', { timezone: 'Mars/Olympus' }, 'timezone', 'time-zone'],
      ['a country that there is not', { country: 'XX' }, 'country', /.+/],
      ['a country in small letters', { country: 'ph' }, 'country', /.+/],
      ['a locale that is none', { locale: 'en_US' }, 'locale', 'locale'],
      ['no name', { name: undefined }, 'name', /^is-/],
      ['a name of spaces', { name: '   ' }, 'name', 'is-length'],
      ['null where there is no none', { policies: null }, 'policies', /.+/],
      ['a list where an object belongs', { policies: [] }, 'policies', /.+/],
      ['an unknown field', { colour: 'blue' }, 'colour', 'unknown-field'],
      ['an unknown nested field', { scheduler: { auth: { foo: 1 } } }, 'scheduler.auth.foo', 'unknown-field'],
      ['an unknown policy', { policies: { cancel: { mode: 'maybe' } } }, 'policies.cancel.mode', 'is-in'],
      ['half a minute', { policies: { cancel: { cutoffMinutes: 0.5 } } }, 'policies.cancel.cutoffMinutes', 'is-int'],
      ['an unknown connector', { scheduler: { connector: 'fax' } }, 'scheduler.connector', 'is-in'],
      ['no key', { scheduler: { auth: { apiKey: undefined } } }, 'scheduler.auth.apiKey', 'matches'],
      ['a key with a line break', { scheduler: { auth: { apiKey: 'a\r\nX-Evil: 1' } } }, 'scheduler.auth.apiKey', 'matches'],
      [
        'a header that frames the request',
        { scheduler: { auth: { scheme: 'header', headerName: 'Content-Length' } } },
        'scheduler.auth.headerName',
        'matches',
      ],
      ['basic without a user', { scheduler: { auth: { scheme: 'basic' } } }, 'scheduler.auth.userId', 'required'],
      ['plain http', { scheduler: { baseUrl: 'http://his.example/api/v1' } }, 'scheduler.baseUrl', 'https-required'],
      ['a private address', { scheduler: { baseUrl: 'https://10.0.0.1/api/v1' } }, 'scheduler.baseUrl', 'host-not-public'],
      ['the metadata service', { scheduler: { baseUrl: 'https://169.254.169.254/latest' } }, 'scheduler.baseUrl', 'host-not-public'],
      ['another port of an allowed host', { scheduler: { baseUrl: 'http://127.0.0.1:1/api/v1' } }, 'scheduler.baseUrl', 'host-not-public'],
      ['a password in the URL', { scheduler: { baseUrl: 'https://hub:planted@his.example' } }, 'scheduler.baseUrl', 'has-credentials'],
      ['an unknown way to sign', { webhook: { scheme: 'md5' } }, 'webhook.scheme', 'is-in'],
      ['a signature in a header that says something else', { webhook: { headerName: 'Content-Type' } }, 'webhook.headerName', 'matches'],
      ['a signature in the header of the key', { webhook: { headerName: 'authorization' } }, 'webhook.headerName', 'matches'],
      ['a signature in a header of the other scheme', { webhook: { headerName: 'Webhook-Signature' } }, 'webhook.headerName', 'matches'],
      ['a header name with a space', { webhook: { headerName: 'X Signature' } }, 'webhook.headerName', 'matches'],
      ['a secret of the caller’s own', { webhook: { secret: 'whsec_planted' } }, 'webhook.secret', 'unknown-field'],
      ['the status that only the hub sets', { status: 'degraded' }, 'status', 'is-in'],
    ])('%s', async (_, change, field, code) => {
      const refused = await hub.call('POST', '/facilities', merged(aFacility(), change));

      expect(refused).toMatchObject({ status: 400, body: { code: 'validation-failed' } });
      expect(refused.body.errors).toContainEqual({ field, code: expect.stringMatching(code), message: expect.any(String) });
      expect(JSON.stringify(refused.body)).not.toContain('planted');
    });
  });

  describe('PATCH', () => {
    it('merges deeply: what is left out stays, null clears', async () => {
      const id = await createFacility(hub, hospital, {
        policies: { reschedule: { mode: 'call', phone: '+63 2 8000 0000' }, cancel: { cutoffMinutes: 60, phone: '1' } },
      });
      const before = await hub.call('GET', `/facilities/${id}`);

      const after = await hub.call('PATCH', `/facilities/${id}`, {
        name: '  Test   Renamed ',
        policies: { reschedule: { phone: null }, cancel: { mode: 'handover' } },
        scheduler: { idempotentCreate: true },
        calendarSync: { intervalMinutes: 5 },
      });

      expect(after.status).toBe(200);
      expect(after.body).toEqual({
        ...before.body,
        name: 'Test Renamed',
        policies: {
          reschedule: { mode: 'call', cutoffMinutes: 0, phone: null },
          cancel: { mode: 'handover', cutoffMinutes: 60, phone: '1' },
        },
        scheduler: { ...before.body.scheduler, idempotentCreate: true },
        calendarSync: { intervalMinutes: 5 },
        updatedAt: expect.any(String),
      });
      expect((await hub.call('GET', `/facilities/${id}`)).body).toEqual(after.body);
    });

    it('with nothing changes nothing', async () => {
      const id = await createFacility(hub, hospital);
      const before = await hub.call('GET', `/facilities/${id}`);

      const { status, body } = await hub.call('PATCH', `/facilities/${id}`, {});

      expect([status, { ...body, updatedAt: '' }]).toEqual([200, { ...before.body, updatedAt: '' }]);
    });

    it('gives the hospital another key, and calls it so from then on', async () => {
      const id = await createFacility(hub, hospital);

      await hub.call('PATCH', `/facilities/${id}`, { scheduler: { auth: { scheme: 'header', apiKey: 'rotated-key' } } });
      await hub.call('POST', `/facilities/${id}/connection-check`);

      expect(hospital.requests.at(-1)?.headers['x-api-key']).toBe('rotated-key');
    });

    it.each([
      ['null for the name', { name: null }, 'name'],
      ['null for the scheduler', { scheduler: null }, 'scheduler'],
      ['an unknown nested field', { scheduler: { auth: { foo: 1 } } }, 'scheduler.auth.foo'],
      ['a private base URL', { scheduler: { baseUrl: 'https://192.168.0.1' } }, 'scheduler.baseUrl'],
      ['basic without a user', { scheduler: { auth: { scheme: 'basic' } } }, 'scheduler.auth.userId'],
    ])('refuses %s, and leaves all as it was', async (_, change, field) => {
      const id = await createFacility(hub, hospital);
      const before = await hub.call('GET', `/facilities/${id}`);

      const refused = await hub.call('PATCH', `/facilities/${id}`, { country: 'DE', ...change });

      expect(refused).toMatchObject({ status: 400, body: { code: 'validation-failed', errors: [{ field }] } });
      expect((await hub.call('GET', `/facilities/${id}`)).body).toEqual(before.body);
    });

    it('loses none of twenty changes that come at the same moment', async () => {
      const id = await createFacility(hub, hospital);
      const changes = Array.from({ length: 20 }, (_, i) =>
        i % 2 === 0 ? { policies: { cancel: { cutoffMinutes: 100 } } } : { calendarSync: { intervalMinutes: 7 } },
      );

      const answers = await Promise.all(changes.map(change => hub.call('PATCH', `/facilities/${id}`, change)));

      expect(answers.map(a => a.status)).toEqual(changes.map(() => 200));
      const { body } = await hub.call('GET', `/facilities/${id}`);
      expect(body).toMatchObject({ policies: { cancel: { cutoffMinutes: 100 } }, calendarSync: { intervalMinutes: 7 } });
    });
  });

  it('deactivated, refuses whatever would call the hospital, and shows what is stored', async () => {
    const id = await createFacility(hub, hospital);
    const facility = `/facilities/${id}`;
    const ids = { calendarId: randomUUID(), appointmentTypeId: randomUUID() };
    const contact = { name: 'Testa Inventada' };
    const month = String(new URLSearchParams({ month: '2099-01', ...ids }));
    const calls = hospital.requests.length;

    const deleted = await hub.call('DELETE', facility);
    const used = [
      await hub.call('POST', `${facility}/connection-check`),
      await hub.call('POST', `${facility}/calendar-syncs`),
      await hub.call('GET', `${facility}/availability?${month}`),
      await hub.call('GET', `${facility}/availability/next`),
      await hub.call('POST', `${facility}/appointments`, { contact, ...ids, start: '2099-01-01T00:00:00Z' }, { 'idempotency-key': 'k' }),
    ];
    const read = await Promise.all(['', '/calendars', '/calendar-syncs', '/appointments'].map(path => hub.call('GET', facility + path)));

    expect(deleted.status).toBe(204);
    expect(used.map(a => [a.status, a.body.code])).toEqual(used.map(() => [409, 'facility-inactive']));
    expect(hospital.requests.slice(calls).filter(r => r.path !== '/calendars')).toEqual([]);
    expect(read.map(a => a.status)).toEqual([200, 200, 200, 200]);
    expect(read[0]?.body.status).toBe('inactive');
    expect((await hub.call('DELETE', facility)).status).toBe(204);
  });

  it('is live again when its status says so', async () => {
    const id = await createFacility(hub, hospital);
    await hub.call('DELETE', `/facilities/${id}`);

    const answer = await hub.call('PATCH', `/facilities/${id}`, { status: 'live' });

    expect(answer.body.status).toBe('live');
    expect((await hub.call('POST', `/facilities/${id}/connection-check`)).status).toBe(200);
  });

  it('shows no credential in any answer, and keeps none in plain in any table', async () => {
    hospital.on('GET /calendars', (request, response) => {
      answerJson(response, 401, { code: 'unauthorized', message: `The key ${String(request.headers.authorization)} is wrong` });
    });
    const auth = { scheme: 'bearer', apiKey: PLANTED };
    const made = await hub.call('POST', '/facilities', aFacility({ scheduler: scheduler(auth) }));
    const path = `/facilities/${made.body.id}`;

    const answers = [
      made,
      await hub.call('GET', path),
      await hub.call('GET', '/facilities?limit=200'),
      await hub.call('PATCH', path, { scheduler: { auth: { apiKey: PLANTED } } }),
      await hub.call('PATCH', path, { scheduler: { auth: { apiKey: `${PLANTED} with a space` } } }),
      await hub.call('POST', `${path}/connection-check`),
      await hub.call('POST', `${path}/calendar-syncs`),
    ];
    const runs = await eventually('the sync has failed', async () => {
      const answer = await hub.call('GET', `${path}/calendar-syncs`);
      return (answer.body.data as { status: string }[]).every(run => run.status === 'failed') && answer.body.data.length > 0
        ? answer
        : null;
    });
    const database = await wholeDatabase(hub.databaseUrl);

    expect(JSON.stringify([...answers, runs].map(a => a.body))).not.toContain(PLANTED);
    expect(database).toContain(made.body.id);
    expect(database).not.toContain(PLANTED);
    expect(database).not.toContain(Buffer.from(PLANTED).toString('base64').slice(0, -4));
    expect(database).not.toContain(Buffer.from(PLANTED).toString('hex'));
  });
});

/** `change` merged deeply into `whole`; undefined removes. */
function merged(whole: Record<string, unknown>, change: Record<string, unknown>): Record<string, unknown> {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  return Object.entries(change).reduce((result, [name, value]) => {
    const present = result[name];
    return { ...result, [name]: isObject(present) && isObject(value) ? merged(present, value) : value };
  }, whole);
}
