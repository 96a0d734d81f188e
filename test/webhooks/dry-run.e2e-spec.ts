import { eventually } from '../support/eventually.js';
import { startHub, type Answer, type TestHub } from '../support/hub.js';
import { JOURNEY_NOW } from '../support/journey.js';
import { TestClock } from '../support/test-clock.js';
import { wholeDatabase } from '../support/whole-database.js';
import { anEvent, createSender, JSON_TYPE, type Sender } from './sender.js';

describe('A dry run of a webhook', () => {
  let hub: TestHub;
  let clock: TestClock;
  let sender: Sender;

  beforeEach(async () => {
    // One of its own for each test: dry runs are limited per facility.
    sender = await createSender(hub, () => clock.now());
  });
  beforeAll(async () => {
    clock = new TestClock(JOURNEY_NOW);
    hub = await startHub({ clock });
  });
  afterAll(() => hub.close());

  const dryRun = (body: string | Buffer, headers: Record<string, string>): Promise<Answer> =>
    sender.post(body, headers, `${sender.path}/dry-run`);
  const signed = (event: unknown): Promise<Answer> => {
    const body = typeof event === 'string' ? event : JSON.stringify(event);
    return dryRun(body, { ...JSON_TYPE, ...sender.sign(body) });
  };

  describe('tells which check failed:', () => {
    const body = JSON.stringify(anEvent());

    it.each<[string, () => Record<string, string>, string, string | null]>([
      ['the header that lacks', () => ({}), 'missing-header', null],
      ['the clock', () => sender.sign(body, { at: new Date('2026-09-30T23:00:00Z') }), 'timestamp-too-old', null],
      ['the secret', () => sender.sign(body, { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }), 'no-matching-signature', null],
      [
        'bytes that were written anew after they were signed',
        () => sender.sign(JSON.stringify(JSON.parse(body), null, 2)),
        'no-matching-signature',
        'body-reserialized',
      ],
    ])('%s', async (_, headers, code, hint) => {
      const answer = await dryRun(body, { ...JSON_TYPE, ...headers() });

      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        ok: false,
        signature: { ok: false, code, message: expect.stringMatching(/\.$/), hint },
        body: { ok: true, code: null, message: null },
        event: null,
        appointmentId: null,
        contactId: null,
        wouldChange: [],
      });
    });

    it('the body, signed or not', async () => {
      const answers = [await signed('[1]'), await dryRun('[1]', JSON_TYPE)];

      expect(answers.map(({ body: { ok, signature, body: of, event } }) => [ok, signature.ok, of.code, event])).toEqual([
        [false, true, 'not-an-object', null],
        [false, false, 'not-an-object', null],
      ]);
    });

    it('why an event that is signed would be rejected', async () => {
      const answer = await signed(anEvent({ appointment_id: '' }));

      expect(answer.body).toMatchObject({
        ok: false,
        signature: { ok: true },
        event: { type: 'appointmentCreated', reason: 'appointment-id-missing', message: expect.stringContaining('appointment_id') },
        appointmentId: null,
        contactId: null,
        wouldChange: [],
      });
    });
  });

  it('tells the fields that were read, and what of which appointment and contact would change, never a value', async () => {
    const created = anEvent();
    const sent = await sender.decided((await sender.send(created)).body.id as string);

    const answer = await signed({
      ...created,
      action: 'rescheduled',
      datetime: '2026-10-06T14:30:00+08:00',
      occurred_at: '2026-10-01T07:30:00+08:00',
    });

    expect(answer.body).toMatchObject({
      ok: true,
      event: { type: 'appointmentRescheduled', reason: null, fields: expect.arrayContaining(['datetime', 'appointmentId']), flags: [] },
      appointmentId: sent.appointmentId,
      contactId: sent.contactId,
      wouldChange: expect.arrayContaining(['start']),
    });
    expect(JSON.stringify(answer.body)).not.toMatch(/Inventada|1990|0917|10-05|10-06|14:30|06:30/);
  });

  it('shows no id of what it would make new', async () => {
    const answer = await signed(anEvent());

    expect(answer.body).toMatchObject({
      ok: true,
      event: { type: 'appointmentCreated', reason: null },
      appointmentId: null,
      contactId: null,
    });
    expect(answer.body.wouldChange).toContain('start');
  });

  it('tells why an event would wait for a person', async () => {
    const [one, other] = [anEvent({ temporary_patient_id: 'T-one' }), anEvent({ name: 'Probo Inventado', phone: '0917 000 0002' })];
    for (const event of [one, other]) await sender.decided((await sender.send(event)).body.id as string);

    const answer = await signed({ event: 'patientCreated', patient_id: other['patient_id'], temporary_patient_id: 'T-one' });

    expect(answer.body).toMatchObject({
      ok: true,
      event: { type: 'patientCreated', reason: 'permanent-ids-differ' },
      appointmentId: null,
      wouldChange: [],
    });
  });

  it('has no effect, and stores nothing', async () => {
    const created = anEvent();
    await sender.decided((await sender.send(created)).body.id as string);
    // But that it is counted, as all that is limited, and what the job queue notes by itself.
    const tables = async (): Promise<string[]> => {
      const byTable = (await wholeDatabase(hub.databaseUrl)).split(/^(?=\w+\.\w+$)/m);
      return byTable.filter(table => !/^(pgboss\.|public\.(rate_count|audit_(link|contact))$)/m.test(table)).map(table => table.trim());
    };
    await eventually('its job is over', async () => !(await hub.sql(`select 1 from pgboss.job where state < 'completed'`)).length);
    const before = await tables();

    await signed(anEvent());
    await signed({ ...created, action: 'canceled', occurred_at: '2026-10-01T07:30:00+08:00' });

    expect(before.join()).toContain(sender.facilityId);
    expect(await tables()).toEqual(before);
  });

  it('is refused as the real one is: 404, 410, 413, 415', async () => {
    const gone = await createSender(hub, () => clock.now());
    await hub.call('DELETE', `/facilities/${gone.facilityId}`);

    const answers = [
      await sender.post('{}', JSON_TYPE, '/webhooks/nobody/dry-run'),
      await gone.post('{}', JSON_TYPE, `${gone.path}/dry-run`),
      await dryRun('x'.repeat(300 * 1024), JSON_TYPE),
      await dryRun('a=1', { 'content-type': 'application/x-www-form-urlencoded' }),
    ];

    expect(answers.map(({ status, body: { code, instance } }) => [status, code, instance])).toEqual([
      [404, 'webhook-endpoint-not-found', '/api/v1/webhooks/-/dry-run'],
      [410, 'facility-gone', '/api/v1/webhooks/-/dry-run'],
      [413, 'body-too-large', '/api/v1/webhooks/-/dry-run'],
      [415, 'unsupported-media-type', '/api/v1/webhooks/-/dry-run'],
    ]);
  });

  it('is to be had 30 times a minute for each facility', async () => {
    const other = await createSender(hub, () => clock.now());
    const statuses: number[] = [];
    for (let i = 0; i < 30; i++) statuses.push((await dryRun('{}', JSON_TYPE)).status);

    const refused = await dryRun('{}', JSON_TYPE);
    const elsewhere = await other.post('{}', JSON_TYPE, `${other.path}/dry-run`);

    expect(new Set(statuses)).toEqual(new Set([200]));
    expect([refused.status, refused.body.code]).toEqual([429, 'rate-limited']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit-policy')).toBe('"dry-run";q=30;w=60');
    expect(refused.headers.get('ratelimit')).toMatch(/^"dry-run";r=0;t=\d+$/);
    expect([elsewhere.status, elsewhere.headers.get('ratelimit')]).toEqual([200, expect.stringContaining('r=29')]);
  });
});
